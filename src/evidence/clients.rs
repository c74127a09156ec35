//! Microsoft's own applications, whose ids in a token tell where it came from.

/// The applications that get tokens for Power BI, by client id.
const CLIENTS: [(&str, &str); 14] = [
    ("871c010f-5e61-4fb1-83ac-98610a7e9110", "the Power BI web site: the token was copied out of a browser"),
    ("18fbca16-2224-45f6-85b0-f7bf2b39b3f3", "\"Try it\" in Microsoft's documentation"),
    ("23d8f6bd-1eb0-4cc2-a08c-7bf525c67bcd", "Power BI PowerShell"),
    ("04b07795-8ddb-461a-bbee-02f9e1bf7b46", "the Azure CLI"),
    ("1950a258-227b-4e31-a9cf-717495945fc2", "Azure PowerShell"),
    ("aebc6443-996d-45c2-90f0-388ff96faa56", "Visual Studio Code"),
    ("872cd9fa-d31f-45e0-9eab-6e460a02d1f1", "Visual Studio"),
    ("7f67af8a-fedc-4b08-8b4e-37c4d127b6cf", "Power BI Desktop"),
    ("ea0616ba-638b-4df5-95b9-636659ae5121", "the data gateway"),
    ("f0b72488-7082-488a-a7e8-eada97bd842d", "Power BI Report Builder"),
    ("929d0ec0-7a41-4b1e-bc7c-b754a28bddcc", "a remote connection to a semantic model"),
    ("c0d2a505-13b8-4ae0-aa9e-cddd5eab0b12", "Power BI for mobile devices"),
    ("5814bfb4-2705-4994-b8d6-39aabeb5eaeb", "the Fabric CLI"),
    ("cf710c6e-dfcc-4fa8-a093-d47294e44c66", "an Analysis Services client"),
];

/// What application of Microsoft's a client id belongs to, in words. `None` for everybody else's.
#[must_use]
pub fn microsoft_client(id: &str) -> Option<&'static str> {
    CLIENTS.iter().find(|(known, _)| known.eq_ignore_ascii_case(id)).map(|(_, name)| *name)
}
