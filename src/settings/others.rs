//! Names by which other tools read the same values. They are recognised and offered, never taken: which tenant is meant
//! is for a person to say.

use std::collections::BTreeSet;

use super::Environment;
use crate::shell;

/// A tool, the variable that it reads, and ours.
const NAMES: [(&str, &str, &str); 31] = [
    ("Terraform uses", "ARM_TENANT_ID", "AZURE_TENANT_ID"),
    ("Terraform uses", "ARM_CLIENT_ID", "AZURE_CLIENT_ID"),
    ("Terraform uses", "ARM_CLIENT_SECRET", "AZURE_CLIENT_SECRET"),
    ("Terraform uses", "ARM_OIDC_TOKEN_FILE_PATH", "AZURE_FEDERATED_TOKEN_FILE"),
    ("the Fabric provider for Terraform uses", "FABRIC_TENANT_ID", "AZURE_TENANT_ID"),
    ("the Fabric provider for Terraform uses", "FABRIC_CLIENT_ID", "AZURE_CLIENT_ID"),
    ("the Fabric provider for Terraform uses", "FABRIC_CLIENT_SECRET", "AZURE_CLIENT_SECRET"),
    ("the Fabric CLI uses", "FAB_TENANT_ID", "AZURE_TENANT_ID"),
    ("the Fabric CLI uses", "FAB_SPN_CLIENT_ID", "AZURE_CLIENT_ID"),
    ("the Fabric CLI uses", "FAB_SPN_CLIENT_SECRET", "AZURE_CLIENT_SECRET"),
    ("the Fabric CLI uses", "FAB_SPN_CERT_PATH", "AZURE_CLIENT_CERTIFICATE_PATH"),
    ("the Fabric CLI uses", "FAB_SPN_CERT_PASSWORD", "AZURE_CLIENT_CERTIFICATE_PASSWORD"),
    ("the Fabric CLI uses", "FAB_TOKEN", "PBIAUTH_ACCESS_TOKEN"),
    ("many Power BI applications use", "POWERBI_TENANT_ID", "AZURE_TENANT_ID"),
    ("many Power BI applications use", "POWERBI_CLIENT_ID", "AZURE_CLIENT_ID"),
    ("many Power BI applications use", "POWERBI_CLIENT_SECRET", "AZURE_CLIENT_SECRET"),
    ("many Power BI applications use", "POWERBI_WORKSPACE_ID", "PBIAUTH_WORKSPACE"),
    ("many Power BI applications use", "POWERBI_REPORT_ID", "PBIAUTH_REPORT"),
    ("many Power BI applications use", "PBI_TENANT_ID", "AZURE_TENANT_ID"),
    ("many Power BI applications use", "PBI_CLIENT_ID", "AZURE_CLIENT_ID"),
    ("many Power BI applications use", "PBI_CLIENT_SECRET", "AZURE_CLIENT_SECRET"),
    ("many Power BI applications use", "PBI_WORKSPACE_ID", "PBIAUTH_WORKSPACE"),
    ("many Power BI applications use", "PBI_REPORT_ID", "PBIAUTH_REPORT"),
    ("the Power BI samples use", "TENANT_ID", "AZURE_TENANT_ID"),
    ("the Power BI samples use", "CLIENT_ID", "AZURE_CLIENT_ID"),
    ("the Power BI samples use", "CLIENT_SECRET", "AZURE_CLIENT_SECRET"),
    ("the Power BI samples use", "WORKSPACE_ID", "PBIAUTH_WORKSPACE"),
    ("the Power BI samples use", "REPORT_ID", "PBIAUTH_REPORT"),
    ("the Power BI samples use", "SCOPE_BASE", "PBIAUTH_SCOPE"),
    ("the Power BI samples use", "POWER_BI_USER", "AZURE_USERNAME"),
    ("the Power BI samples use", "POWER_BI_PASS", "AZURE_PASSWORD"),
];

/// Whether another tool reads a variable of this name.
#[must_use]
pub fn is_known(name: &str) -> bool {
    NAMES.iter().any(|(_, other, _)| *other == name)
}

/// What to say of the variables of other tools that are set, where ours is not: a sentence a tool. `file`: the file of
/// variables that they are in. Absent for those of the process.
#[must_use]
pub fn offered(set: &BTreeSet<String>, environment: &Environment, file: Option<&str>) -> Vec<String> {
    let mut by_tool: Vec<(&str, Vec<(&str, &str)>)> = Vec::new();
    for (tool, other, ours) in NAMES {
        if !set.contains(other) || environment.contains_key(ours) {
            continue;
        }
        match by_tool.iter_mut().find(|(known, _)| *known == tool) {
            Some((_, names)) => names.push((other, ours)),
            None => by_tool.push((tool, vec![(other, ours)])),
        }
    }
    by_tool.into_iter().map(|(tool, names)| sentence(tool, &names, file)).collect()
}

fn sentence(tool: &str, names: &[(&str, &str)], file: Option<&str>) -> String {
    let others: Vec<&str> = names.iter().map(|(other, _)| *other).collect();
    let command = file.map_or_else(|| with_variables(names), |file| with_file(names, file));
    format!(
        "Found {} (the names that {tool}), but pbiauth reads only AZURE_* and PBIAUTH_*. To run with them: {command}",
        others.join(", "),
    )
}

fn with_variables(names: &[(&str, &str)]) -> String {
    let set: Vec<String> = names.iter().map(|(other, ours)| format!("{ours}=\"${other}\"")).collect();
    format!("{} pbiauth doctor", set.join(" "))
}

/// The names are changed in a copy of the file that no one else sees: sourced by a shell, a value may become another one.
fn with_file(names: &[(&str, &str)], file: &str) -> String {
    let change = |(other, ours): &(&str, &str)| format!("s/^(export +)?{other} *=/{ours}=/");
    let changes: Vec<String> = names.iter().map(change).collect();
    format!("sed -E '{}' {} | pbiauth doctor --env-file -", changes.join("; "), shell::quoted(file))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_of_other_tools_are_offered_where_ours_are_not_set() {
        let set: BTreeSet<String> =
            ["ARM_CLIENT_ID", "ARM_CLIENT_SECRET", "FAB_TENANT_ID"].into_iter().map(str::to_owned).collect();
        let said = offered(&set, &Environment::new(), None);
        assert_eq!(said.len(), 2);
        assert!(said[0].contains("AZURE_CLIENT_SECRET=\"$ARM_CLIENT_SECRET\""), "{}", said[0]);
        let ours = Environment::from([("AZURE_TENANT_ID".to_owned(), String::new())]);
        assert_eq!(offered(&set, &ours, None).len(), 1);
        let of_file = offered(&set, &ours, Some("my .env"));
        assert!(of_file[0].ends_with("' 'my .env' | pbiauth doctor --env-file -"), "{}", of_file[0]);
        assert!(of_file[0].contains("s/^(export +)?ARM_CLIENT_ID *=/AZURE_CLIENT_ID=/"), "{}", of_file[0]);
    }
}
