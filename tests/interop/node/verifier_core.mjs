// Verifies one credential with @digitalcredentials/verifier-core; the network is what the input says.
//   node verifier_core.mjs < {"credential": …, "registries": […], "documents": {URL: document}}
import {findContext, readInput} from './loader.mjs';

const {credential, registries, documents} = readInput();
const asked = [];

globalThis.fetch = async resource => {
  const url = typeof resource === 'string' ? resource : resource.url;
  asked.push(url);
  const document = documents[url] ?? findContext(url);
  const found = document !== undefined;
  return new Response(found ? JSON.stringify(document) : '', {
    status: found ? 200 : 404, headers: {'content-type': 'application/json'}
  });
};

const {verifyCredential} = await import('@digitalcredentials/verifier-core');
const result = await verifyCredential({credential, knownDIDRegistries: registries});
const log = Object.fromEntries((result.log ?? []).map(({id, valid, error}) => [id, valid ?? error.name]));
const errors = (result.errors ?? []).map(error => error.name);
const schemas = (result.additionalInformation ?? []).flatMap(entry => entry.results);
console.log(JSON.stringify({log, errors, schemas, asked}));
