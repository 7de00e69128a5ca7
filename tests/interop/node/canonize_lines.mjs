// Reads one document per line and writes one answer per line: its canonical N-Quads, or why jsonld.js refuses it.
// `excess` says that the work was above rdf-canonize's default limit, and was done all the same for the comparison.
import {createInterface} from 'node:readline';
import jsonld from 'jsonld';
import {documentLoader} from './loader.mjs';

const options = {safe: true, base: null, rdfDirection: 'i18n-datatype', documentLoader};

async function canonize(document) {
  try {
    return {nquads: await jsonld.canonize(document, options)};
  } catch(error) {
    if(!error.message.includes('Maximum deep iterations')) {
      return {refused: error.details?.event?.code ?? error.details?.code ?? error.message};
    }
  }
  return {nquads: await jsonld.canonize(document, {...options, canonizeOptions: {maxWorkFactor: 3}}), excess: true};
}

for await(const line of createInterface({input: process.stdin})) {
  console.log(JSON.stringify(await canonize(JSON.parse(line))));
}
