/** Where the app lies in an image, and in every stage of its build. */
export const appRoot = '/app'
/** The unprivileged user it belongs to. */
export const appUser = '1000:1000'
