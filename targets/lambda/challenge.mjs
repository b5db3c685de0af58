// The three functions of a custom sign-in. After the password, where it began with one and the user is not nicknamed `no password`:
// questions until as many are answered rightly as the nickname says (one, if it says none), or two wrongly. The answer is always the same.
const ANSWER = 'open sesame';

const customs = (session) => session.filter((round) => round.challengeName === 'CUSTOM_CHALLENGE');

const define = ({ session, userAttributes }) => {
  const nickname = userAttributes?.nickname;
  if (session.at(-1)?.challengeName === 'SRP_A' && nickname !== 'no password') {
    return { challengeName: 'PASSWORD_VERIFIER', issueTokens: false, failAuthentication: false };
  }
  const answered = (result) => customs(session).filter((round) => round.challengeResult === result).length;
  if (answered(false) >= 2) return { issueTokens: false, failAuthentication: true };
  if (answered(true) >= (Number(nickname) || 1)) return { issueTokens: true, failAuthentication: false };
  return { challengeName: 'CUSTOM_CHALLENGE', issueTokens: false, failAuthentication: false };
};

const create = ({ session, clientMetadata }) => {
  const round = String(customs(session).length + 1);
  const word = clientMetadata?.word;
  return {
    publicChallengeParameters: { question: 'What is the magic word?', round, ...(word !== undefined && { word }) },
    privateChallengeParameters: { answer: ANSWER },
    challengeMetadata: `ROUND_${round}`,
  };
};

const verify = ({ challengeAnswer, privateChallengeParameters }) => ({
  answerCorrect: challengeAnswer === privateChallengeParameters.answer,
});

const PARTS = {
  DefineAuthChallenge_Authentication: define,
  CreateAuthChallenge_Authentication: create,
  VerifyAuthChallengeResponse_Authentication: verify,
};

export const handler = async (event) => {
  const part = PARTS[event.triggerSource];
  return part ? { ...event, response: part(event.request) } : event;
};
