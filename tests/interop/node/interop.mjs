// Verifies, issues or derives one credential with @digitalbazaar/vc and its cryptosuites.
//   node interop.mjs verify SUITE < credential.json
//   node interop.mjs issue SUITE CURVE < {"credential": …, "mandatoryPointers": […]}
//   node interop.mjs derive ecdsa-sd-2023 < {"credential": …, "selectivePointers": […]}
import * as ecdsaJcs from '@digitalbazaar/ecdsa-jcs-2019-cryptosuite';
import * as EcdsaMultikey from '@digitalbazaar/ecdsa-multikey';
import {cryptosuite as ecdsaRdfc} from '@digitalbazaar/ecdsa-rdfc-2019-cryptosuite';
import * as ecdsaSd from '@digitalbazaar/ecdsa-sd-2023-cryptosuite';
import {DataIntegrityProof} from '@digitalbazaar/data-integrity';
import * as Ed25519Multikey from '@digitalbazaar/ed25519-multikey';
import * as eddsaJcs from '@digitalbazaar/eddsa-jcs-2022-cryptosuite';
import {cryptosuite as eddsaRdfc} from '@digitalbazaar/eddsa-rdfc-2022-cryptosuite';
import * as vc from '@digitalbazaar/vc';
import {documentLoader, readInput} from './loader.mjs';

const whole = cryptosuite => ({
  createSignCryptosuite: () => cryptosuite,
  createVerifyCryptosuite: () => cryptosuite
});
const suites = {
  'ecdsa-jcs-2019': ecdsaJcs,
  'ecdsa-rdfc-2019': whole(ecdsaRdfc),
  'ecdsa-sd-2023': ecdsaSd,
  'eddsa-jcs-2022': eddsaJcs,
  'eddsa-rdfc-2022': whole(eddsaRdfc)
};
const [command, suiteName, curve] = process.argv.slice(2);
const input = readInput();

async function verify() {
  const suite = new DataIntegrityProof({cryptosuite: suites[suiteName].createVerifyCryptosuite()});
  const result = await vc.verifyCredential({
    credential: input, suite, documentLoader, checkStatus: async () => ({verified: true})
  });
  const reasons = result.error ? [result.error, ...(result.error.errors ?? [])].map(error => error.message) : [];
  return {verified: result.verified, reasons};
}

async function generateKeyPair() {
  const keyPair = curve === 'Ed25519' ? await Ed25519Multikey.generate() : await EcdsaMultikey.generate({curve});
  keyPair.controller = `did:key:${keyPair.publicKeyMultibase}`;
  keyPair.id = `${keyPair.controller}#${keyPair.publicKeyMultibase}`;
  // the signer must know the id under which the key is published
  return (curve === 'Ed25519' ? Ed25519Multikey : EcdsaMultikey).from({
    ...await keyPair.export({publicKey: true, secretKey: true}), id: keyPair.id, controller: keyPair.controller
  });
}

async function issue() {
  const keyPair = await generateKeyPair();
  const {credential, mandatoryPointers} = input;
  const cryptosuite = suites[suiteName].createSignCryptosuite({mandatoryPointers});
  return vc.issue({
    credential: {...credential, issuer: {...credential.issuer, id: keyPair.controller}},
    suite: new DataIntegrityProof({signer: keyPair.signer(), cryptosuite}),
    documentLoader
  });
}

async function derive() {
  const {credential, selectivePointers} = input;
  const cryptosuite = suites[suiteName].createDiscloseCryptosuite({selectivePointers});
  return vc.derive({verifiableCredential: credential, suite: new DataIntegrityProof({cryptosuite}), documentLoader});
}

console.log(JSON.stringify(await {verify, issue, derive}[command]()));
