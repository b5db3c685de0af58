// Confirms whoever signs up, and takes the addresses that there are as verified.
export const handler = async (event) => {
  if (event.triggerSource.startsWith('PreSignUp_')) {
    const { email, phone_number } = event.request.userAttributes;
    event.response = { autoConfirmUser: true, autoVerifyEmail: email !== undefined, autoVerifyPhone: phone_number !== undefined };
  }
  return event;
};
