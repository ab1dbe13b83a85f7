// What people read about accounts and sign-in: what happened, what became of their work, and what to do next.

export const ACCOUNT_TEXTS = {
  signInFailed:
    "E-mail address and password do not belong together here. Nobody was signed in. Try again, or ask for a new password.",
  tooManyTries: "There were too many tries. Nothing was changed. Wait a little, then try again.",
  nameInvalid: "This name cannot be used. Nothing was saved. Correct it and try again.",
  titleInvalid: "This title cannot be used. Nothing was saved. Correct it and try again.",
  emailInvalid: "This e-mail address cannot be used. Nothing was saved. Correct it and try again.",
  emailTaken:
    "Somebody at this desk has this e-mail address already, or had it and was removed. Nothing was saved. Look for them in the list of people.",
  rolesEmpty: "A person needs at least one role. Nothing was saved. Choose one and try again.",
  passwordRefused: "This password cannot be used. Nothing was changed. Choose a different one.",
  passwordWrong:
    "Your current password is different. Nothing was changed. Enter it again, or sign out and ask for a new one.",
  linkUnknown:
    "This link is not one of this desk's, or a part of it is missing. Nothing was changed. Copy it again as a whole, or ask an admin for a new one.",
  linkUsed:
    "This link has been used, and works only once. Nothing was changed. Sign in with your password, or ask for a new one.",
  linkReplaced: "A newer link was made in place of this one. Nothing was changed. Use the newest one you were given.",
  linkExpired: "The time of this link is over. Nothing was changed. Ask an admin for a new one.",
  personGone: "This person no longer works at this desk. Nothing was changed. Ask an admin.",
  noEmail: "This person has no e-mail address, so there is nothing to sign in with. Nothing was changed.",
  alreadyIn: "This person has signed in before. Nothing was changed. Make them a link for a new password instead.",
  demoOn:
    "This is a demo desk: everybody may be anybody here, so real people cannot be added. Nothing was changed. Leave demo mode first.",
  demoBeyondLoopback:
    "In a demo anybody may be anybody, so it runs only on addresses of this machine. Nobody was signed in and nothing was changed.",
  notDemo: "This desk is not a demo. Nothing was changed.",
  adminThere: "This desk has an admin who can sign in. Nothing was changed. Name the address of who shall be one, too.",
  ssoUnknown:
    "Your company knows you, but nobody has invited you to this desk yet. Nobody was signed in. Ask an admin of the desk to invite the address you use at your company.",
  ssoUnverified:
    "Your company has not verified your e-mail address, so the desk cannot tell who you are. Nobody was signed in. Have it verified there, or use your password.",
} as const;
