//! Which delegated permissions a user's token may have.

use super::super::world::{Answer, Principal};
use super::error::Error;
use super::resource::{Target, Wanted, is_own};

/// The delegated permissions of Power BI. A name that is none of them cannot be asked for.
const PERMISSIONS: [&str; 58] = [
    "App.Read.All",
    "Capacity.Read.All",
    "Capacity.ReadWrite.All",
    "Connection.Read.All",
    "Connection.ReadWrite.All",
    "Content.Create",
    "Dashboard.Read.All",
    "Dashboard.ReadWrite.All",
    "DataPipeline.Execute.All",
    "DataPipeline.ReadWrite.All",
    "Dataflow.Execute.All",
    "Dataflow.Read.All",
    "Dataflow.ReadWrite.All",
    "Datamart.Read.All",
    "Datamart.ReadWrite.All",
    "Dataset.Read.All",
    "Dataset.ReadWrite.All",
    "Domain.Read.All",
    "Eventhouse.ReadWrite.All",
    "Gateway.Read.All",
    "Gateway.ReadWrite.All",
    "Item.Execute.All",
    "Item.ExternalDataShare.All",
    "Item.Read.All",
    "Item.ReadWrite.All",
    "Item.Reshare.All",
    "KQLDatabase.ReadWrite.All",
    "Lakehouse.Execute.All",
    "Lakehouse.Read.All",
    "MLExperiment.Execute.All",
    "MLModel.Execute.All",
    "MountedDataFactory.ReadWrite.All",
    "Notebook.Execute.All",
    "OneLake.Read.All",
    "OneLake.ReadWrite.All",
    "OrgApp.ReadWrite.All",
    "Pipeline.Deploy",
    "Pipeline.Read.All",
    "Pipeline.ReadWrite.All",
    "Report.Read.All",
    "Report.ReadWrite.All",
    "SQLDatabase.Read.All",
    "SQLEndpoint.Execute.All",
    "SparkJobDefinition.Execute.All",
    "SqlEndpoint.Read.All",
    "StorageAccount.Read.All",
    "StorageAccount.ReadWrite.All",
    "Tag.Read.All",
    "Tenant.Read.All",
    "Tenant.ReadWrite.All",
    "UserState.ReadWrite.All",
    "VariableLibrary.ReadWrite.All",
    "Warehouse.Read.All",
    "Warehouse.ReadWrite.All",
    "Workspace.GitCommit.All",
    "Workspace.GitUpdate.All",
    "Workspace.Read.All",
    "Workspace.ReadWrite.All",
];
/// The ones that only an administrator consents to begin with this.
const FOR_ADMINS: &str = "Tenant.";

/// The permissions that the token gets.
///
/// `browser` is what the user does on the page that asks for consent; without one nobody can be asked.
pub(super) fn granted(
    principal: &Principal<'_>,
    user: &str,
    wanted: &Wanted,
    target: &Target,
    browser: Option<Answer>,
) -> Result<Vec<String>, Error> {
    let application = principal.application;
    if target.is_graph() || is_own(application, &target.audience) {
        return Ok(wanted.permissions.clone());
    }
    if !target.is_power_bi() {
        return Err(Error::not_consented(application));
    }
    if let Some(unknown) = wanted.permissions.iter().find(|name| !PERMISSIONS.contains(&name.as_str())) {
        return Err(Error::scope_not_valid(&format!("{}/{unknown}", wanted.resource)));
    }
    let given = consented(principal, user);
    if wanted.permissions.is_empty() && !given.is_empty() {
        return Ok(given);
    }
    // Without names the permissions of the registration are meant.
    let asked = if wanted.permissions.is_empty() { &application.permissions } else { &wanted.permissions };
    if asked.is_empty() {
        return Err(Error::not_listed(application, &wanted.resource, target.id()));
    }
    let missing: Vec<&String> = asked.iter().filter(|name| !given.contains(name)).collect();
    if !missing.is_empty() {
        if application.first_party {
            return Err(Error::not_preauthorized(application, target.id()));
        }
        ask_for(principal, &missing, browser)?;
    }
    Ok(asked.clone())
}

/// Everything that an administrator or this user consented to, in the order of its names.
fn consented(principal: &Principal<'_>, user: &str) -> Vec<String> {
    let consents = principal.application.consents.iter();
    let given = consents.filter(|consent| consent.user.as_deref().is_none_or(|by| by == user));
    let mut scopes: Vec<String> = given.flat_map(|consent| consent.scopes.iter().cloned()).collect();
    scopes.sort();
    scopes.dedup();
    scopes
}

fn ask_for(principal: &Principal<'_>, missing: &[&String], browser: Option<Answer>) -> Result<(), Error> {
    match browser {
        None | Some(Answer::Nothing | Answer::Late) => Err(Error::not_consented(principal.application)),
        _ if principal.tenant.only_admins_consent || missing.iter().any(|name| name.starts_with(FOR_ADMINS)) => {
            Err(Error::admin_consent_wanted())
        }
        Some(Answer::Decline) => Err(Error::consent_declined()),
        Some(Answer::Accept) => Ok(()),
    }
}
