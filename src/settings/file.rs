//! The settings file.

use serde::Deserialize;

use crate::record::Field;

/// A settings file: `pbiauth.toml`. It holds no secrets.
#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
#[expect(clippy::struct_field_names, reason = "the keys of the file are the names of the options")]
pub struct File {
    /// Tenant id or domain.
    tenant: Option<String>,
    /// Application (client) id.
    client_id: Option<String>,
    /// The way to get a token.
    pub(super) auth: Option<String>,
    /// Workspace id or name.
    workspace: Option<String>,
    /// Report id or name.
    report: Option<String>,
    /// What the token is asked for.
    scope: Option<String>,
    /// What the caller means to do.
    #[serde(rename = "for")]
    pub(super) intent: Option<String>,
    /// The subject that the federated credential expects.
    expect_subject: Option<String>,
    /// The cloud.
    cloud: Option<String>,
    /// Entra's address.
    authority_host: Option<String>,
    /// Power BI's address.
    api_url: Option<String>,
    /// Fabric's address.
    fabric_url: Option<String>,
    /// Certificates to trust beside the system's.
    ca_file: Option<String>,
}

impl File {
    /// The value for a field. Secrets, and files that hold one, are not set here.
    pub(super) fn get(&self, field: Field) -> Option<&str> {
        match field {
            Field::Tenant => self.tenant.as_deref(),
            Field::ClientId => self.client_id.as_deref(),
            Field::Workspace => self.workspace.as_deref(),
            Field::Report => self.report.as_deref(),
            Field::Cloud => self.cloud.as_deref(),
            Field::Scope => self.scope.as_deref(),
            Field::ExpectSubject => self.expect_subject.as_deref(),
            Field::AuthorityHost => self.authority_host.as_deref(),
            Field::ApiUrl => self.api_url.as_deref(),
            Field::FabricUrl => self.fabric_url.as_deref(),
            Field::CaFile => self.ca_file.as_deref(),
            _ => None,
        }
    }
}
