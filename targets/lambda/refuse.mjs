// Throws. Where the user has a nickname, only on the occasion of that name: PostConfirmation_ConfirmSignUp.
export const handler = async (event) => {
  const { nickname } = event.request.userAttributes ?? {};
  if (nickname === undefined || nickname === event.triggerSource) throw new Error('refused by the function');
  return event;
};
