// Do JavaScript's clients sign in at `serve`? amazon-cognito-identity-js, Amplify, and AWS's own token verifier.
//
//     cd tests/clients/logins && npm install && node --test
//
// Node 20 or later. It runs the program with cargo; set COGNITO_CONFORMANCE to one that is built. It talks to 127.0.0.1 only.
// `cargo test` does not run this.

import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { createHmac } from 'node:crypto';
import { createInterface } from 'node:readline';
import { after, before, describe, it } from 'node:test';
import { fileURLToPath } from 'node:url';

import { Amplify } from 'aws-amplify';
import * as auth from 'aws-amplify/auth';
import { AuthenticationDetails, CognitoRefreshToken, CognitoUser, CognitoUserAttribute, CognitoUserPool } from 'amazon-cognito-identity-js';
import { CognitoJwtVerifier } from 'aws-jwt-verify';

const REGION = 'us-east-1';
const PASSWORD = 'Correct-Horse-1';
const ANOTHER = 'Battery-Staple-2';
const FLOWS = ['ALLOW_USER_SRP_AUTH', 'ALLOW_USER_PASSWORD_AUTH', 'ALLOW_REFRESH_TOKEN_AUTH', 'ALLOW_USER_AUTH'];

let program;
let url;

before(async () => {
  const manifest = fileURLToPath(new URL('../../../Cargo.toml', import.meta.url));
  const built = process.env.COGNITO_CONFORMANCE;
  const words = built ? [built] : ['cargo', 'run', '--quiet', '--manifest-path', manifest, '--'];
  program = spawn(words[0], [...words.slice(1), 'serve', '--port', '0'], { stdio: ['ignore', 'pipe', 'inherit'] });
  for await (const line of createInterface({ input: program.stdout })) {
    url = line.replace('listening on ', '').trim().replace(/\/$/, '');
    break;
  }
});

after(() => program.kill());

async function post(path, headers, body) {
  const answer = await fetch(`${url}${path}`, { method: 'POST', headers, body: JSON.stringify(body) });
  const json = await answer.json();
  assert.ok(answer.ok, JSON.stringify(json));
  return json;
}

// What an administrator does: any signature will do here.
const call = (operation, input) =>
  post('/', { 'X-Amz-Target': `AWSCognitoIdentityProviderService.${operation}`, Authorization: 'AWS4-HMAC-SHA256 any' }, input);

const code = async (pool, username) => (await post('/_reference/codes', {}, { UserPoolId: pool.id, Username: username })).Code;

async function newPool({ totp = false, tier, firstFactors, ...settings } = {}) {
  const policies = firstFactors && { Policies: { SignInPolicy: { AllowedFirstAuthFactors: firstFactors } }, UserPoolTier: 'ESSENTIALS' };
  const { UserPool } = await call('CreateUserPool', { PoolName: 'logins', ...settings, ...policies });
  if (totp) {
    await call('SetUserPoolMfaConfig', { UserPoolId: UserPool.Id, MfaConfiguration: 'OPTIONAL', SoftwareTokenMfaConfiguration: { Enabled: true } });
  }
  const { UserPoolClient } = await call('CreateUserPoolClient', { UserPoolId: UserPool.Id, ClientName: 'logins', ExplicitAuthFlows: FLOWS });
  return { id: UserPool.Id, client: UserPoolClient.ClientId };
}

async function newUser(pool, { name = 'ann', permanent = true, ...attributes } = {}) {
  const list = Object.entries(attributes).map(([Name, Value]) => ({ Name, Value }));
  await call('AdminCreateUser', { UserPoolId: pool.id, Username: name, MessageAction: 'SUPPRESS', UserAttributes: list });
  await call('AdminSetUserPassword', { UserPoolId: pool.id, Username: name, Password: PASSWORD, Permanent: permanent });
  return name;
}

// The code of an authenticator app, `steps` of 30 seconds from now.
function totp(secret, steps = 0) {
  const bits = [...secret.replace(/=+$/, '')].map((c) => 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567'.indexOf(c).toString(2).padStart(5, '0')).join('');
  const key = Buffer.from(bits.match(/.{8}/g).map((byte) => parseInt(byte, 2)));
  const counter = Buffer.alloc(8);
  counter.writeBigUInt64BE(BigInt(Math.floor(Date.now() / 30_000) + steps));
  const hash = createHmac('sha1', key).update(counter).digest();
  const number = hash.readUInt32BE(hash[19] & 15) & 0x7fffffff;
  return String(number % 1_000_000).padStart(6, '0');
}

const promised = (start) => new Promise((resolve, reject) => start((error, result) => (error ? reject(error) : resolve(result))));

describe('amazon-cognito-identity-js', () => {
  const identity = (pool) => new CognitoUserPool({ UserPoolId: pool.id, ClientId: pool.client, endpoint: url });
  const userOf = (pool, name = 'ann') => new CognitoUser({ Username: name, Pool: identity(pool) });

  // What the sign-in comes to: tokens, or the name of a challenge with what belongs to it.
  const signIn = (user, password = PASSWORD) =>
    new Promise((resolve, reject) => {
      user.authenticateUser(new AuthenticationDetails({ Username: user.getUsername(), Password: password }), {
        onSuccess: (tokens) => resolve({ tokens }),
        onFailure: reject,
        newPasswordRequired: (attributes, required) => resolve({ challenge: 'NEW_PASSWORD_REQUIRED', attributes, required }),
        totpRequired: (challenge, parameters) => resolve({ challenge, parameters }),
        mfaRequired: (challenge, parameters) => resolve({ challenge, parameters }),
      });
    });

  it('signs in by SRP, refreshes, and signs out everywhere', async () => {
    const pool = await newPool();
    await newUser(pool, { email: 'ann@example.com' });
    const user = userOf(pool);
    const { tokens } = await signIn(user);
    assert.equal(tokens.getAccessToken().payload.username, 'ann');
    const refreshed = await promised((done) => user.refreshSession(new CognitoRefreshToken({ RefreshToken: tokens.getRefreshToken().getToken() }), done));
    assert.equal(refreshed.getAccessToken().payload.origin_jti, tokens.getAccessToken().payload.origin_jti);
    await new Promise((resolve, reject) => user.globalSignOut({ onSuccess: resolve, onFailure: reject }));
    await signIn(user);
  });

  it('is refused with a wrong password', async () => {
    const pool = await newPool();
    await newUser(pool);
    await assert.rejects(signIn(userOf(pool), ANOTHER), { name: 'NotAuthorizedException', message: /^Incorrect username or password\.?$/ });
  });

  it('chooses a new password', async () => {
    const pool = await newPool();
    await newUser(pool, { permanent: false });
    const user = userOf(pool);
    assert.equal((await signIn(user)).challenge, 'NEW_PASSWORD_REQUIRED');
    await new Promise((resolve, reject) => user.completeNewPasswordChallenge(ANOTHER, {}, { onSuccess: resolve, onFailure: reject }));
    assert.ok((await signIn(userOf(pool), ANOTHER)).tokens);
  });

  it('sets up an authenticator app and is asked for its code', async () => {
    const pool = await newPool({ totp: true });
    await newUser(pool);
    const user = userOf(pool);
    await signIn(user);
    const secret = await new Promise((resolve, reject) => user.associateSoftwareToken({ associateSecretCode: resolve, onFailure: reject }));
    await new Promise((resolve, reject) => user.verifySoftwareToken(totp(secret), 'phone', { onSuccess: resolve, onFailure: reject }));
    await promised((done) => user.setUserMfaPreference(null, { Enabled: true, PreferredMfa: true }, done));
    const again = userOf(pool);
    assert.equal((await signIn(again)).challenge, 'SOFTWARE_TOKEN_MFA');
    const tokens = await new Promise((resolve, reject) =>
      again.sendMFACode(totp(secret, 1), { onSuccess: resolve, onFailure: reject }, 'SOFTWARE_TOKEN_MFA'),
    );
    assert.ok(tokens.isValid());
  });

  it('signs up, confirms, and resets a forgotten password', async () => {
    const pool = await newPool({ AutoVerifiedAttributes: ['email'] });
    const email = new CognitoUserAttribute({ Name: 'email', Value: 'bob@example.com' });
    const { userConfirmed } = await promised((done) => identity(pool).signUp('bob', PASSWORD, [email], [], done));
    assert.equal(userConfirmed, false);
    const user = userOf(pool, 'bob');
    await assert.rejects(signIn(user), { name: 'UserNotConfirmedException' });
    assert.equal(await promised(async (done) => user.confirmRegistration(await code(pool, 'bob'), false, done)), 'SUCCESS');
    assert.ok((await signIn(user)).tokens);
    await new Promise((resolve, reject) => user.forgotPassword({ onSuccess: resolve, onFailure: reject }));
    const sent = await code(pool, 'bob');
    await new Promise((resolve, reject) => user.confirmPassword(sent, ANOTHER, { onSuccess: resolve, onFailure: reject }));
    assert.ok((await signIn(user, ANOTHER)).tokens);
    const attributes = await promised((done) => user.getUserAttributes(done));
    assert.equal(attributes.find((attribute) => attribute.getName() === 'email_verified').getValue(), 'true');
  });

  it('remembers a device, which proves itself at the next sign-in', async () => {
    const pool = await newPool({ DeviceConfiguration: { ChallengeRequiredOnNewDevice: true, DeviceOnlyRememberedOnUserPrompt: false } });
    await newUser(pool);
    const user = userOf(pool);
    const first = (await signIn(user)).tokens.getAccessToken().payload;
    assert.match(first.device_key, /^us-east-1_[0-9a-f-]{36}$/);
    const second = (await signIn(user)).tokens.getAccessToken().payload;
    assert.equal(second.device_key, first.device_key);
    const { device_status } = await new Promise((resolve, reject) => user.getDevice({ onSuccess: resolve, onFailure: reject })).then(({ Device }) =>
      Object.fromEntries(Device.DeviceAttributes.map(({ Name, Value }) => [Name, Value])),
    );
    assert.ok(device_status);
  });
});

describe('Amplify', () => {
  const configure = (pool) =>
    Amplify.configure({ Auth: { Cognito: { userPoolId: pool.id, userPoolClientId: pool.client, userPoolEndpoint: url } } });

  const signedOut = async (pool) => {
    configure(pool);
    await auth.signOut();
  };

  it('signs in by SRP and reads the user', async () => {
    const pool = await newPool();
    await newUser(pool, { email: 'ann@example.com' });
    await signedOut(pool);
    const { nextStep } = await auth.signIn({ username: 'ann', password: PASSWORD });
    assert.equal(nextStep.signInStep, 'DONE');
    assert.equal((await auth.fetchUserAttributes()).email, 'ann@example.com');
    assert.equal((await auth.getCurrentUser()).username, 'ann');
    const { tokens } = await auth.fetchAuthSession({ forceRefresh: true });
    assert.equal(tokens.accessToken.payload.token_use, 'access');
  });

  it('sets up an authenticator app in the course of the sign-in', async () => {
    const pool = await newPool();
    await call('SetUserPoolMfaConfig', { UserPoolId: pool.id, MfaConfiguration: 'ON', SoftwareTokenMfaConfiguration: { Enabled: true } });
    await newUser(pool);
    await signedOut(pool);
    const { nextStep } = await auth.signIn({ username: 'ann', password: PASSWORD });
    assert.equal(nextStep.signInStep, 'CONTINUE_SIGN_IN_WITH_TOTP_SETUP');
    const done = await auth.confirmSignIn({ challengeResponse: totp(nextStep.totpSetupDetails.sharedSecret) });
    assert.equal(done.nextStep.signInStep, 'DONE');
  });

  it('chooses how to sign in', async () => {
    const pool = await newPool({ firstFactors: ['PASSWORD', 'EMAIL_OTP'] });
    await newUser(pool, { email: 'ann@example.com', email_verified: 'true' });
    await signedOut(pool);
    const { nextStep } = await auth.signIn({ username: 'ann', options: { authFlowType: 'USER_AUTH' } });
    assert.equal(nextStep.signInStep, 'CONTINUE_SIGN_IN_WITH_FIRST_FACTOR_SELECTION');
    assert.ok(nextStep.availableChallenges.includes('EMAIL_OTP'), `${nextStep.availableChallenges}`);
    const chosen = await auth.confirmSignIn({ challengeResponse: 'EMAIL_OTP' });
    assert.equal(chosen.nextStep.signInStep, 'CONFIRM_SIGN_IN_WITH_EMAIL_CODE');
    const done = await auth.confirmSignIn({ challengeResponse: await code(pool, 'ann') });
    assert.equal(done.nextStep.signInStep, 'DONE');
  });

  it('signs up with a code that signs in too', async () => {
    const pool = await newPool({ AutoVerifiedAttributes: ['email'] });
    await signedOut(pool);
    const signedUp = await auth.signUp({ username: 'bob', password: PASSWORD, options: { userAttributes: { email: 'bob@example.com' } } });
    assert.equal(signedUp.nextStep.signUpStep, 'CONFIRM_SIGN_UP');
    assert.equal(signedUp.nextStep.codeDeliveryDetails.destination, 'b***@e***');
    await auth.confirmSignUp({ username: 'bob', confirmationCode: await code(pool, 'bob') });
    assert.equal((await auth.signIn({ username: 'bob', password: PASSWORD })).nextStep.signInStep, 'DONE');
  });
});

describe('aws-jwt-verify', () => {
  it('takes both tokens with the keys of the pool, and no other pool', async () => {
    const [pool, other] = [await newPool(), await newPool()];
    await newUser(pool);
    const parameters = { USERNAME: 'ann', PASSWORD };
    const { AuthenticationResult } = await call('InitiateAuth', { ClientId: pool.client, AuthFlow: 'USER_PASSWORD_AUTH', AuthParameters: parameters });
    const jwks = await (await fetch(`${url}/${pool.id}/.well-known/jwks.json`)).json();
    const verify = (userPoolId, clientId, tokenUse, token) => {
      const verifier = CognitoJwtVerifier.create({ userPoolId, clientId, tokenUse });
      verifier.cacheJwks(jwks);
      return verifier.verifySync(token);
    };
    assert.equal(verify(pool.id, pool.client, 'access', AuthenticationResult.AccessToken).username, 'ann');
    assert.equal(verify(pool.id, pool.client, 'id', AuthenticationResult.IdToken)['cognito:username'], 'ann');
    assert.throws(() => verify(other.id, pool.client, 'access', AuthenticationResult.AccessToken));
    assert.throws(() => verify(pool.id, other.client, 'access', AuthenticationResult.AccessToken));
    assert.throws(() => verify(pool.id, pool.client, 'id', AuthenticationResult.AccessToken));
  });
});
