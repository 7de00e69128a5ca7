// Verifies or makes one compact JWS with jose.
//   node jose.mjs verify < {"token": …, "jwk": …, "alg": …}
//   node jose.mjs sign < {"payload": …, "header": …}
import {CompactSign, compactVerify, exportJWK, generateKeyPair, importJWK} from 'jose';
import {readInput} from './loader.mjs';

const input = readInput();

async function verify() {
  const key = await importJWK(input.jwk, input.alg);
  try {
    const {payload} = await compactVerify(input.token, key, {algorithms: [input.alg]});
    return {verified: true, payload: JSON.parse(new TextDecoder().decode(payload))};
  } catch(error) {
    return {verified: false, reason: error.code};
  }
}

async function sign() {
  const {publicKey, privateKey} = await generateKeyPair(input.header.alg);
  const payload = new TextEncoder().encode(JSON.stringify(input.payload));
  const token = await new CompactSign(payload).setProtectedHeader(input.header).sign(privateKey);
  return {token, jwk: await exportJWK(publicKey)};
}

console.log(JSON.stringify(await {verify, sign}[process.argv[2]]()));
