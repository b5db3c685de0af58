"""A server to sign in at, the pools that clients sign in to, and the codes that their users are sent."""

import json
import pathlib
import sys
import urllib.request

import boto3

sys.path.append(str(pathlib.Path(__file__).parent.parent))

import program  # noqa: E402

REGION = "us-east-1"
PASSWORD = "Correct-Horse-1"
FLOWS = ["ALLOW_USER_SRP_AUTH", "ALLOW_USER_PASSWORD_AUTH", "ALLOW_ADMIN_USER_PASSWORD_AUTH", "ALLOW_REFRESH_TOKEN_AUTH", "ALLOW_USER_AUTH"]


def environment():
    """An environment with keys that no account has."""
    return program.environment(AWS_ACCESS_KEY_ID="AKIDLOGINS", AWS_SECRET_ACCESS_KEY="none", AWS_DEFAULT_REGION=REGION)


class Server(program.Server):
    """`serve`, a client of it, and its side doors."""

    def __init__(self):
        super().__init__(env=environment())
        self.client = boto3.client(
            "cognito-idp", endpoint_url=self.url, region_name=REGION, aws_access_key_id="AKIDLOGINS", aws_secret_access_key="none"
        )

    def door(self, name, **arguments):
        """What a side door of the server answers."""
        request = urllib.request.Request(
            f"{self.url}/_reference/{name}", data=json.dumps(arguments).encode(), headers={"Content-Type": "application/json"}
        )
        with urllib.request.urlopen(request, timeout=10) as answer:
            return json.load(answer)

    def code(self, pool, username):
        """The last code that was sent to a user."""
        return self.door("codes", UserPoolId=pool.id, Username=username)["Code"]


class Pool:
    """A pool with an app client."""

    def __init__(self, server, secret=False, mfa=None, **settings):
        self.server, self.api = server, server.client
        self.id = self.api.create_user_pool(PoolName="logins", **settings)["UserPool"]["Id"]
        if mfa:
            self.api.set_user_pool_mfa_config(
                UserPoolId=self.id, MfaConfiguration=mfa, SoftwareTokenMfaConfiguration={"Enabled": True}
            )
        client = self.api.create_user_pool_client(
            UserPoolId=self.id, ClientName="logins", ExplicitAuthFlows=FLOWS, GenerateSecret=secret
        )["UserPoolClient"]
        self.client_id, self.client_secret = client["ClientId"], client.get("ClientSecret")

    @property
    def issuer(self):
        return f"https://cognito-idp.{REGION}.amazonaws.com/{self.id}"

    @property
    def keys(self):
        return f"{self.server.url}/{self.id}/.well-known/jwks.json"

    def user(self, name="ann", permanent=True, **attributes):
        """A user with that password."""
        attributes = [{"Name": key, "Value": value} for key, value in attributes.items()]
        self.api.admin_create_user(UserPoolId=self.id, Username=name, MessageAction="SUPPRESS", UserAttributes=attributes)
        self.api.admin_set_user_password(UserPoolId=self.id, Username=name, Password=PASSWORD, Permanent=permanent)
        return name
