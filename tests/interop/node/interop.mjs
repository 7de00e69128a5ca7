// Verifies or issues one credential with @digitalbazaar/vc, with contexts from a local file and no network.
//   node interop.mjs verify CONTEXTS.json < credential.json
//   node interop.mjs issue CONTEXTS.json SEED_HEX < unsigned.json
import {readFileSync} from 'node:fs';
import {DataIntegrityProof} from '@digitalbazaar/data-integrity';
import * as Ed25519Multikey from '@digitalbazaar/ed25519-multikey';
import {cryptosuite} from '@digitalbazaar/eddsa-rdfc-2022-cryptosuite';
import * as vc from '@digitalbazaar/vc';

const [command, contextsFile, seedHex] = process.argv.slice(2);
const contexts = new Map(Object.entries(JSON.parse(readFileSync(contextsFile, 'utf8'))));
const input = JSON.parse(readFileSync(0, 'utf8'));

function didKeyDocument(url) {
  const did = url.split('#')[0];
  const multibase = did.slice('did:key:'.length);
  const id = `${did}#${multibase}`;
  const method = {
    '@context': 'https://w3id.org/security/multikey/v1',
    id, type: 'Multikey', controller: did, publicKeyMultibase: multibase
  };
  const document = {
    '@context': ['https://www.w3.org/ns/did/v1', 'https://w3id.org/security/multikey/v1'],
    id: did, verificationMethod: [method], assertionMethod: [id]
  };
  return url.includes('#') ? method : document;
}

async function documentLoader(url) {
  if(contexts.has(url)) {
    return {contextUrl: null, documentUrl: url, document: contexts.get(url)};
  }
  if(url.startsWith('did:key:')) {
    return {contextUrl: null, documentUrl: url, document: didKeyDocument(url)};
  }
  throw new Error(`not a local document: ${url}`);
}

async function verify() {
  const suite = new DataIntegrityProof({cryptosuite});
  const result = await vc.verifyCredential({
    credential: input, suite, documentLoader, checkStatus: async () => ({verified: true})
  });
  const reasons = result.error ? [result.error, ...(result.error.errors ?? [])].map(error => error.message) : [];
  return {verified: result.verified, reasons};
}

async function issue() {
  const keyPair = await Ed25519Multikey.generate({seed: Uint8Array.from(Buffer.from(seedHex, 'hex'))});
  const did = `did:key:${keyPair.publicKeyMultibase}`;
  keyPair.id = `${did}#${keyPair.publicKeyMultibase}`;
  keyPair.controller = did;
  const credential = {...input, issuer: {...input.issuer, id: did}};
  const suite = new DataIntegrityProof({signer: keyPair.signer(), cryptosuite});
  return vc.issue({credential, suite, documentLoader});
}

console.log(JSON.stringify(await (command === 'issue' ? issue() : verify())));
