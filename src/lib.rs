//! Finds out why an application cannot get an access token for Power BI, cannot call its API or cannot embed a
//! report, and says who has to do what to mend it.

pub mod embedded;
pub mod evidence;
pub mod record;
pub mod secret;
pub mod sim;
pub mod transport;
