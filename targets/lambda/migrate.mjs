// Knows everybody in whose name is the word `migrant`, whatever the password, and nobody else. Who has `renamed` in the name is called
// otherwise.
export const handler = async (event) => {
  if (!event.userName.includes('migrant')) throw new Error('nobody of that name');
  event.response = {
    userAttributes: {
      phone_number: '+12065550100',
      phone_number_verified: 'true',
      name: 'Migrant',
      ...(event.userName.includes('renamed') && { username: 'conformance-renamed' }),
    },
    finalUserStatus: 'CONFIRMED',
    messageAction: 'SUPPRESS',
  };
  return event;
};
