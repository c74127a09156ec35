//! What Entra's sign-in log records of a sign-in and the answer to the request hides.
//!
//! Names: Microsoft Graph's resource types signIn and appliedConditionalAccessPolicy.

use schemars::JsonSchema;
use serde::Serialize;

/// An entry of the sign-in log, apart from its error.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, JsonSchema)]
pub struct SignInLog {
    /// The names of the Conditional Access policies that this sign-in failed.
    pub failed_policies: Option<Vec<String>>,
    /// The ID of the secret or certificate that the application signed in with, as Certificates & secrets lists it.
    pub credential_key_id: Option<String>,
}
