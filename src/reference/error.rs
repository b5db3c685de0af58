//! What the service says when it refuses, and the constructors for what it says often.

/// A refusal: an error type, maybe a message, and the HTTP status.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ServiceError {
    /// Error type without a namespace: `NotAuthorizedException`.
    pub kind: &'static str,
    /// Text for people; absent on an unknown operation.
    pub message: Option<String>,
    /// HTTP status: 400 for all modelled client errors, whatever the published model says.
    pub status: u16,
}

/// What an operation gives: the body of a success, or a refusal.
pub type Answer = Result<serde_json::Value, ServiceError>;

impl ServiceError {
    /// A client error (400).
    pub fn new(kind: &'static str, message: impl Into<String>) -> Self {
        Self { kind, message: Some(message.into()), status: 400 }
    }

    /// The same refusal under another HTTP status.
    pub fn with_status(self, status: u16) -> Self {
        Self { status, ..self }
    }

    /// InvalidParameterException.
    pub fn invalid(message: impl Into<String>) -> Self {
        Self::new("InvalidParameterException", message)
    }

    /// NotAuthorizedException.
    pub fn not_authorized(message: impl Into<String>) -> Self {
        Self::new("NotAuthorizedException", message)
    }

    /// A well-formed name of no user.
    pub fn no_user() -> Self {
        Self::new("UserNotFoundException", "User does not exist.")
    }

    /// A name of no user, in the operations about codes, which are found by their client.
    pub fn no_user_of_client() -> Self {
        Self::new("UserNotFoundException", "Username/client id combination not found.")
    }

    /// A well-formed id of no pool.
    pub fn no_pool(id: &str) -> Self {
        Self::new("ResourceNotFoundException", format!("User pool {id} does not exist."))
    }

    /// A well-formed id of no app client.
    pub fn no_client(id: &str) -> Self {
        Self::new("ResourceNotFoundException", format!("User pool client {id} does not exist."))
    }

    /// An address or a name that another user is called by.
    pub fn taken(name: &str) -> Self {
        Self::new("AliasExistsException", super::attributes::taken_text(name))
    }

    /// A code that is not the one that was sent.
    pub fn wrong_code() -> Self {
        Self::new("CodeMismatchException", "Invalid verification code provided, please try again.")
    }

    /// A code where none is outstanding (any more).
    pub fn expired_code() -> Self {
        Self::new("ExpiredCodeException", "Invalid code provided, please request a code again.")
    }

    /// A user whom an administrator has disabled.
    pub fn disabled() -> Self {
        Self::not_authorized("User is disabled.")
    }

    /// A password that is not the user's, or a user whom nobody may know of.
    pub fn wrong_password() -> Self {
        Self::not_authorized("Incorrect username or password.")
    }

    /// A session that is not this user's, or nobody's.
    pub fn bad_session() -> Self {
        Self::not_authorized("Invalid session for the user.")
    }

    /// A member of a parameter map that the flow needs.
    pub fn missing_parameter(name: &str) -> Self {
        Self::invalid(format!("Missing required parameter {name}"))
    }

    /// Whether a function of the pool is to blame.
    pub fn is_of_function(&self) -> bool {
        ["UserLambdaValidationException", "InvalidLambdaResponseException", "UnexpectedLambdaException"].contains(&self.kind)
    }

    /// No operation of the service.
    // Contested: the common error table says 404, a sibling awsJson1.1 service answered 400 with this body. A GET, a missing
    // or foreign target get the same answer (inferred: there is no evidence at all).
    pub fn unknown_operation() -> Self {
        Self { kind: "UnknownOperationException", message: None, status: 400 }
    }

    /// Something that AWS has and this server has not (501, a type that AWS does not have).
    pub fn not_implemented(what: &str) -> Self {
        Self::new("NotImplementedException", format!("the reference server does not implement {what}")).with_status(501)
    }

    /// A failure of ours (500).
    pub fn internal() -> Self {
        Self::new("InternalErrorException", "Internal server error.").with_status(500)
    }
}
