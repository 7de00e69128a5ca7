// Issues and verifies with @digitalbazaar/vc as often as it is told to, and says how much CPU time that took.
// First line in: {"documents": {name: {"unsigned": …, "signed": …}}, "now": …}. Each next line: {"task", "name", "repeats"}.
import {createInterface} from 'node:readline';
import {DataIntegrityProof} from '@digitalbazaar/data-integrity';
import * as Ed25519Multikey from '@digitalbazaar/ed25519-multikey';
import {cryptosuite} from '@digitalbazaar/eddsa-rdfc-2022-cryptosuite';
import jsonld from 'jsonld';
import * as vc from '@digitalbazaar/vc';
import {documentLoader} from './loader.mjs';

const made = await Ed25519Multikey.generate();
const controller = `did:key:${made.publicKeyMultibase}`;
const keyPair = await Ed25519Multikey.from({
  ...await made.export({publicKey: true, secretKey: true}), id: `${controller}#${made.publicKeyMultibase}`, controller
});
const signer = keyPair.signer();
let setUp;

const tasks = {
  async verify({signed}) {
    const {verified, error} = await vc.verifyCredential({
      credential: signed, suite: new DataIntegrityProof({cryptosuite}), documentLoader, now: setUp.now,
      checkStatus: async () => ({verified: true})
    });
    if(!verified) {
      throw error;
    }
  },
  async issue({unsigned}) {
    await vc.issue({
      credential: {...unsigned, issuer: {...unsigned.issuer, id: controller}}, now: setUp.now, documentLoader,
      suite: new DataIntegrityProof({signer, cryptosuite, date: setUp.now})
    });
  },
  async canonize({unsigned}) {
    await jsonld.canonize(unsigned, {safe: true, base: null, rdfDirection: 'i18n-datatype', documentLoader});
  }
};

async function time({task, name, repeats}) {
  const before = process.cpuUsage();
  for(let left = repeats; left > 0; left--) {
    await tasks[task](setUp.documents[name]);
  }
  const {user, system} = process.cpuUsage(before);
  return (user + system) / 1e6;
}

for await(const line of createInterface({input: process.stdin})) {
  const asked = JSON.parse(line);
  if(asked.documents) {
    setUp = {...asked, now: new Date(asked.now)};
    console.log('{}');
  } else {
    console.log(JSON.stringify({seconds: await time(asked)}));
  }
}
