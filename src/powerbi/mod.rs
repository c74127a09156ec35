//! The wire forms of the Power BI REST API.

pub mod request;
pub mod route;
