// Adds, overrides and suppresses claims, and replaces the groups. Events of version 1 are about the ID token; later ones about both
// tokens, and about the scopes of the access token.
export const handler = async (event) => {
  const word = event.request.clientMetadata?.word;
  const changes = {
    claimsToAddOrOverride: { conformance: event.triggerSource, family_name: 'overridden', ...(word !== undefined && { word }) },
    claimsToSuppress: ['email'],
  };
  const groupOverrideDetails = { groupsToOverride: ['conformance-a', 'conformance-b'] };
  const scopes = { scopesToAdd: ['conformance/read'], scopesToSuppress: ['aws.cognito.signin.user.admin'] };
  event.response =
    event.version === '1'
      ? { claimsOverrideDetails: { ...changes, groupOverrideDetails } }
      : {
          claimsAndScopeOverrideDetails: {
            idTokenGeneration: changes,
            accessTokenGeneration: { ...changes, ...scopes },
            groupOverrideDetails,
          },
        };
  return event;
};
