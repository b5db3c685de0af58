// Answers nothing. Where the user has a nickname, only on the occasion of that name: PostConfirmation_ConfirmSignUp.
export const handler = async (event) => {
  const { nickname } = event.request.userAttributes ?? {};
  return nickname === undefined || nickname === event.triggerSource ? null : event;
};
