// Documents without a network: contexts from contexts.json, and did:key documents computed from the identifier.
import {readFileSync} from 'node:fs';

const contexts = new Map(Object.entries(JSON.parse(readFileSync('contexts.json', 'utf8'))));

export function readInput() {
  return JSON.parse(readFileSync(0, 'utf8'));
}

export function findContext(url) {
  return contexts.get(url);
}

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

export async function documentLoader(url) {
  if(contexts.has(url)) {
    return {contextUrl: null, documentUrl: url, document: contexts.get(url)};
  }
  if(url.startsWith('did:key:')) {
    return {contextUrl: null, documentUrl: url, document: didKeyDocument(url)};
  }
  throw new Error(`not a local document: ${url}`);
}
