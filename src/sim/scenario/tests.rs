use super::*;
use crate::sim::Keys;

fn wrong(text: &str) -> String {
    Scenario::read("mine.toml", text).expect_err("a wrong scenario").to_string()
}

#[test]
fn every_embedded_scenario_loads_and_expects_something() {
    for name in known() {
        let scenario = Scenario::load(name).unwrap_or_else(|error| panic!("{error}"));
        assert!(["healthy", "problem", "incomplete"].contains(&scenario.expect.outcome.as_str()), "{name}");
        let expect = &scenario.expect;
        if expect.outcome == "healthy" {
            assert!(expect.confidence.is_none(), "{name}: what a healthy run warns of is no diagnosis of a failure");
        } else {
            assert_eq!((expect.diagnoses.is_empty(), expect.confidence.is_none()), (false, false), "{name}");
        }
        assert!(!scenario.title.is_empty());
    }
}

/// Errors follow from the model: a scenario has no business with their codes.
#[test]
fn no_scenario_names_an_error() {
    const CODES: [&str; 10] = [
        "AADSTS",
        "TokenExpired",
        "InvalidToken",
        "GroupNotAccessible",
        "IsNotAllowedBy",
        "NotAuthorizedException",
        "EntityNotFound",
        "WorkspaceNotFound",
        "InsufficientPrivileges",
        "RequestBlocked",
    ];
    for (name, text) in SCENARIOS {
        for code in CODES {
            assert!(!text.contains(code), "{name}: {code}");
        }
    }
}

#[test]
fn unknown_names_are_told_with_the_nearest() {
    let error = Scenario::load("helthy").expect_err("no such scenario").to_string();
    assert!(error.contains("did you mean \"healthy\"?"), "{error}");
    assert!(error.contains("known scenarios: "), "{error}");
    assert!(!Scenario::load("zzzz").expect_err("no such scenario").to_string().contains("did you mean"));
    assert!(matches!(Scenario::load("/nowhere/x.toml"), Err(ScenarioError::Unreadable { .. })));
}

#[test]
fn a_file_of_ones_own_says_what_differs() {
    let file = tempfile::NamedTempFile::with_suffix(".toml").expect("a file");
    let text = "title = 'mine'\nremove = ['workspaces.sales.roles.embed']\n[workspaces.finance]\nname = 'Money'\n\
                [expect]\noutcome = 'problem'\ndiagnoses = ['x']\nconfidence = 'likely'\n";
    std::fs::write(file.path(), text).expect("written");
    let scenario = Scenario::load(file.path().to_str().expect("a path")).expect("a scenario");
    let sales = &scenario.world.workspaces["sales"];
    assert_eq!((sales.name.as_str(), sales.roles.keys().count()), ("Sales embed", 2));
    assert_eq!(scenario.world.workspaces["finance"].name, "Money");
    std::fs::write(file.path(), vec![b'#'; 300_000]).expect("written");
    let large = Scenario::load(file.path().to_str().expect("a path"));
    assert!(matches!(large, Err(ScenarioError::TooLarge { .. })));
}

#[test]
fn mistakes_are_told_with_their_place() {
    assert!(wrong("title = 'x'\nname = = 1").starts_with("mine.toml:2:8: "), "{}", wrong("title = 'x'\nname = = 1"));
    for (text, part) in [
        ("titel = 'x'", "unknown field `titel`"),
        ("[workspaces.sales]\ncolour = 'red'", "colour"),
        ("[workspaces.sales.roles]\nnobody = 'viewer'", "workspaces.sales: there is no \"nobody\""),
        ("[workspaces.sales.roles]\nembed = 'boss'", "boss"),
        ("remove = ['workspaces.sale']", "there is no workspaces.sale"),
        ("remove = 'x'", "remove is a list"),
        ("based_on = 'nothing'", "there is no scenario \"nothing\""),
        ("based_on = 1", "based_on is the name"),
        ("[clock]\ncaller_ahead = '20'", "isn't a duration"),
        ("[[faults]]\non = 'entra'\nkind = 'closed-port'", "concern all services"),
        ("[[faults]]\non = 'all'\nkind = 'unavailable'\nstatus = 99", "between 100 and 599"),
        ("[caller.token]\nkind = 'access'\napplication = 'partner'\ntenant = 'contoso'", "no service principal"),
        ("[caller.env]\n'A B' = 'x'", "isn't the name of an environment variable"),
        ("[caller]\ntenant_settings = 'nobody'", "there is no \"nobody\""),
        ("[groups.embed]\ntenant = 'contoso'\nid = '62009500-6666-4f66-8f66-0000000000e9'\nname = 'x'", "same name"),
    ] {
        let error = wrong(text);
        assert!(error.contains(part), "{text}: {error}");
        assert!(error.contains("mine.toml") || part.contains("nothing"), "{error}");
    }
}

#[test]
fn the_callers_side_is_what_the_scenario_gives() {
    let mut scenario = Scenario::load(HEALTHY).expect("healthy");
    let now = scenario.clock.now;
    let environment = |scenario: &Scenario| scenario.environment(Keys::embedded(), now);
    assert!(environment(&scenario).contains_key("AZURE_CLIENT_SECRET"));
    assert!(!environment(&scenario).contains_key("PBIAUTH_ACCESS_TOKEN"));
    assert!(scenario.tenant_settings().is_none());

    scenario.world.host = None;
    scenario.caller = toml::from_str(
        "unset = ['A']\nenv = { A = '1', B = '' }\ntenant_settings = 'contoso'\n\
         token = { kind = 'access', application = 'embed', tenant = 'contoso', age = '2h' }",
    )
    .expect("a caller");
    let env = environment(&scenario);
    assert_eq!(env.keys().collect::<Vec<_>>(), ["B", "PBIAUTH_ACCESS_TOKEN"]);
    let claims = Keys::embedded().verified(&env["PBIAUTH_ACCESS_TOKEN"]).expect("claims");
    assert!(claims["exp"].as_i64().expect("exp") < now.as_second());

    let settings = scenario.tenant_settings().expect("settings");
    let switch = settings["tenantSettings"].as_array().expect("a list").iter();
    let switch = switch.clone().find(|entry| entry["settingName"] == "ServicePrincipalAccessPermissionAPIs");
    let switch = switch.expect("the switch");
    assert_eq!(
        (&switch["enabled"], &switch["enabledSecurityGroups"][0]["name"]),
        (&true.into(), &"sg-powerbi-embedding".into())
    );
    assert!(switch.get("excludedSecurityGroups").is_none());
}

#[test]
fn a_token_can_be_cut_and_can_be_of_the_other_kind() {
    let mut scenario = Scenario::load(HEALTHY).expect("healthy");
    let mut minted = |text: &str| {
        scenario.caller.token = Some(toml::from_str(text).expect("a token"));
        scenario.environment(Keys::embedded(), scenario.clock.now).remove("PBIAUTH_ACCESS_TOKEN").expect("a token")
    };
    let common = "application = 'embed'\ntenant = 'contoso'\n";
    assert_eq!(minted(&format!("{common}kind = 'access'\ncut = 200")).len(), 200);
    let embed = minted(&format!("{common}kind = 'embed'"));
    assert!(embed.starts_with("H4sI") && embed.matches('.').count() == 1);
}
