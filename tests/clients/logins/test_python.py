"""Do Python's clients sign in at `serve`? boto3 with pycognito's SRP, and PyJWT with the pool's keys.

    pip install -r tests/clients/logins/requirements.txt
    python3 -m unittest discover --start-directory tests/clients/logins --verbose

Python 3.10 or later. It runs the program with cargo; set COGNITO_CONFORMANCE to one that is built. It talks to 127.0.0.1 only. `cargo test` does not run this.
"""

import json
import time
import unittest
import urllib.request
from unittest import mock

import jwt
import pyotp
from botocore.exceptions import ClientError
from pycognito import Cognito
from pycognito.aws_srp import AWSSRP, generate_hash_device
from pycognito.exceptions import ForceChangePasswordException, SoftwareTokenMFAChallengeException

from pools import PASSWORD, Pool, Server, environment

ANOTHER = "Battery-Staple-2"


class Clients(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.environment = mock.patch.dict("os.environ", environment(), clear=True)
        cls.environment.start()
        cls.server = Server()

    @classmethod
    def tearDownClass(cls):
        cls.server.stop()
        cls.environment.stop()

    def refused(self, kind):
        return self.assertRaisesRegex(ClientError, kind)


class Srp(Clients):
    """pycognito computes its side by itself: both come to one key, or nobody signs in."""

    def srp(self, pool, name="ann", password=PASSWORD, **more):
        return AWSSRP(name, password, pool.id, pool.client_id, client=self.server.client, client_secret=pool.client_secret, **more)

    def test_signs_in(self):
        pool = Pool(self.server)
        pool.user()
        for _ in range(20):  # numbers that begin with zeros or a high bit are padded: one sign-in in two hundred shows it
            tokens = self.srp(pool).authenticate_user()["AuthenticationResult"]
            self.assertEqual(tokens["TokenType"], "Bearer")

    def test_with_a_client_secret(self):
        pool = Pool(self.server, secret=True)
        pool.user()
        self.assertIn("AccessToken", self.srp(pool).authenticate_user()["AuthenticationResult"])

    def test_by_email(self):
        pool = Pool(self.server, UsernameAttributes=["email"])
        pool.user("ann@example.com")
        self.assertIn("AccessToken", self.srp(pool, "ann@example.com").authenticate_user()["AuthenticationResult"])

    def test_a_wrong_password_is_refused(self):
        pool = Pool(self.server)
        pool.user()
        with self.refused("NotAuthorizedException"):
            self.srp(pool, password=ANOTHER).authenticate_user()

    def test_a_new_password_is_asked_for(self):
        pool = Pool(self.server)
        pool.user(permanent=False)
        with self.assertRaises(ForceChangePasswordException):
            self.srp(pool).authenticate_user()
        self.srp(pool).set_new_password_challenge(ANOTHER)
        self.assertIn("AccessToken", self.srp(pool, password=ANOTHER).authenticate_user()["AuthenticationResult"])

    def test_a_software_token_is_asked_for(self):
        pool = Pool(self.server, mfa="OPTIONAL")
        pool.user()
        api, token = self.server.client, self.srp(pool).authenticate_user()["AuthenticationResult"]["AccessToken"]
        secret = api.associate_software_token(AccessToken=token)["SecretCode"]
        api.verify_software_token(AccessToken=token, UserCode=pyotp.TOTP(secret).now())
        api.set_user_mfa_preference(AccessToken=token, SoftwareTokenMfaSettings={"Enabled": True, "PreferredMfa": True})
        with self.assertRaises(SoftwareTokenMFAChallengeException) as challenge:
            self.srp(pool).authenticate_user()
        later = pyotp.TOTP(secret).at(int(time.time()) + 30)
        answer = api.respond_to_auth_challenge(
            ClientId=pool.client_id,
            ChallengeName="SOFTWARE_TOKEN_MFA",
            Session=challenge.exception.get_tokens()["Session"],
            ChallengeResponses={"USERNAME": "ann", "SOFTWARE_TOKEN_MFA_CODE": later},
        )
        self.assertIn("AccessToken", answer["AuthenticationResult"])

    def test_a_remembered_device_proves_itself(self):
        pool = Pool(self.server, DeviceConfiguration={"ChallengeRequiredOnNewDevice": True, "DeviceOnlyRememberedOnUserPrompt": False})
        pool.user()
        tokens = self.srp(pool).authenticate_user()["AuthenticationResult"]
        device = tokens["NewDeviceMetadata"]
        password, verifier = generate_hash_device(device["DeviceGroupKey"], device["DeviceKey"])
        self.server.client.confirm_device(
            AccessToken=tokens["AccessToken"], DeviceKey=device["DeviceKey"], DeviceSecretVerifierConfig=verifier
        )
        known = {"device_key": device["DeviceKey"], "device_group_key": device["DeviceGroupKey"], "device_password": password}
        again = self.srp(pool, **known).authenticate_user()["AuthenticationResult"]
        self.assertEqual(jwt.decode(again["AccessToken"], options={"verify_signature": False})["device_key"], device["DeviceKey"])
        with self.refused("NotAuthorizedException"):
            self.srp(pool, **{**known, "device_password": "another"}).authenticate_user()


class Tokens(Clients):
    """PyJWT verifies them as a service would: keys from the pool, issuer, audience, time."""

    def test_are_verified_with_the_pools_keys(self):
        pool = Pool(self.server)
        pool.user(email="ann@example.com", email_verified="true")
        tokens = self.sign_in(pool)
        keys = jwt.PyJWKClient(pool.keys)
        for name, audience in [("IdToken", pool.client_id), ("AccessToken", None)]:
            key = keys.get_signing_key_from_jwt(tokens[name])
            required = {"require": ["exp", "iat", "iss", "sub", "jti", "auth_time", "token_use"]}
            claims = jwt.decode(tokens[name], key, algorithms=["RS256"], issuer=pool.issuer, audience=audience, options=required)
            self.assertEqual(claims["token_use"], {"IdToken": "id", "AccessToken": "access"}[name])

    def test_another_pools_issuer_is_noticed(self):
        pool, other = Pool(self.server), Pool(self.server)
        pool.user()
        token = self.sign_in(pool)["AccessToken"]
        with self.assertRaises(jwt.InvalidIssuerError):
            jwt.decode(token, jwt.PyJWKClient(pool.keys).get_signing_key_from_jwt(token), algorithms=["RS256"], issuer=other.issuer)

    def sign_in(self, pool):
        answer = self.server.client.initiate_auth(
            ClientId=pool.client_id, AuthFlow="USER_PASSWORD_AUTH", AuthParameters={"USERNAME": "ann", "PASSWORD": PASSWORD}
        )
        return answer["AuthenticationResult"]


class Life(Clients):
    """A user's life as pycognito's own class leads it."""

    def test_from_sign_up_to_deletion(self):
        pool = Pool(self.server, AutoVerifiedAttributes=["email"])
        user = self.user(pool)
        user.set_base_attributes(email="ann@example.com", name="Ann")
        user.register("ann", PASSWORD)
        with self.refused("UserNotConfirmedException"):
            user.authenticate(PASSWORD)
        with self.refused("CodeMismatchException"):
            user.confirm_sign_up("000000" if self.server.code(pool, "ann") != "000000" else "111111", username="ann")
        user.confirm_sign_up(self.server.code(pool, "ann"), username="ann")
        user.pool_jwk = self.keys(pool)
        user.authenticate(PASSWORD)
        self.assertEqual(user.get_user().email, "ann@example.com")
        user.update_profile({"name": "Anna"})
        self.assertEqual(user.get_user().name, "Anna")
        user.change_password(PASSWORD, ANOTHER)
        user.renew_access_token()
        user.initiate_forgot_password()
        user.confirm_forgot_password(self.server.code(pool, "ann"), PASSWORD)
        user.authenticate(PASSWORD)
        token = user.access_token
        user.logout()
        with self.refused("NotAuthorizedException"):
            self.server.client.get_user(AccessToken=token)
        user.authenticate(PASSWORD)
        user.delete_user()
        with self.refused("UserNotFoundException|NotAuthorizedException"):
            user.authenticate(PASSWORD)

    def keys(self, pool):
        """pycognito looks for them at AWS, unless it has them."""
        with urllib.request.urlopen(pool.keys, timeout=10) as answer:
            return json.load(answer)

    def user(self, pool):
        user = Cognito(pool.id, pool.client_id, username="ann", boto3_client_kwargs={"endpoint_url": self.server.url})
        user.pool_domain_url = None  # it takes an endpoint for the issuer, which is AWS's all the same
        return user


if __name__ == "__main__":
    unittest.main()
