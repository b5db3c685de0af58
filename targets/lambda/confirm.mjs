// Confirms whoever signs up, and takes the addresses that there are as verified. Of who is nicknamed `unconfirmed` it does the second only;
// of who is nicknamed `everywhere` it takes both addresses as verified, whether they are there or not.
export const handler = async (event) => {
  if (event.triggerSource.startsWith('PreSignUp_')) {
    const { email, phone_number, nickname } = event.request.userAttributes;
    const there = (address) => address !== undefined || nickname === 'everywhere';
    event.response = { autoConfirmUser: nickname !== 'unconfirmed', autoVerifyEmail: there(email), autoVerifyPhone: there(phone_number) };
  }
  return event;
};
