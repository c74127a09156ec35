//! Users with a password: the account, policies, assignment and consent.

use super::*;
use crate::sim::world::{Account, Application, Tenant, User};

const PASSWORD: &str = "made-up-Passw0rd-number-one";
const ANNA: &str = "anna@contoso.example";

fn anna(world: &mut World) -> &mut User {
    world.users.get_mut("anna").expect("anna")
}

fn embed(world: &mut World) -> &mut Application {
    world.applications.get_mut("embed").expect("embed")
}

fn contoso(world: &mut World) -> &mut Tenant {
    world.tenants.get_mut("contoso").expect("contoso")
}

fn sign_in(world: &World, tenant: &str, name: &str, password: &str, scope: &str) -> WireReply {
    let fields = [
        ("grant_type", "password"),
        ("client_id", CLIENT),
        ("username", name),
        ("password", password),
        ("scope", scope),
    ];
    ask(world, &token_request(tenant, &fields))
}

/// The answer to Anna, right in everything, in a world that differs in one point.
fn changed(change: impl FnOnce(&mut World)) -> WireReply {
    let mut world = healthy().world;
    change(&mut world);
    sign_in(&world, TENANT, ANNA, PASSWORD, SCOPE)
}

fn refused(change: impl FnOnce(&mut World)) -> (String, u64) {
    let (status, kind, code) = error(&changed(change));
    assert_eq!(status == 401, kind == "invalid_client");
    (kind, code)
}

fn refusal(change: impl FnOnce(&mut World)) -> u64 {
    refused(change).1
}

#[test]
fn nobody_consents_for_an_application_of_microsofts() {
    assert_eq!(changed(|world| embed(world).first_party = true).status, 200);
    let without = |world: &mut World| {
        embed(world).first_party = true;
        embed(world).consents.clear();
    };
    assert_eq!(error(&changed(without)), (400, "invalid_client".to_owned(), 65_002));
}

#[test]
fn a_password_gets_a_token_on_the_users_behalf() {
    let world = healthy().world;
    let scope = format!("{SCOPE} openid profile offline_access");
    let fields = [
        ("grant_type", "password"),
        ("client_id", CLIENT),
        ("username", "Anna@Contoso.example"),
        ("password", PASSWORD),
        ("scope", scope.as_str()),
        ("client_info", "1"),
    ];
    let reply = body(&ask(&world, &token_request("contoso.example", &fields)));
    let token = claims(reply["access_token"].as_str().expect("a token"));
    assert_eq!(token["scp"], "Dataset.Read.All Report.Read.All Workspace.Read.All");
    assert_eq!((&token["upn"], &token["appidacr"], &token["idtyp"]), (&json!(ANNA), &json!("0"), &json!("user")));
    assert_eq!((&token["amr"], &token["acct"]), (&json!(["pwd"]), &json!(0)));
    assert_eq!(reply["expires_in"], 3599);
    let said = reply["scope"].as_str().expect("a scope");
    assert!(said.starts_with("https://analysis.windows.net/powerbi/api/Dataset.Read.All "), "{said}");

    let id = claims(reply["id_token"].as_str().expect("an id token"));
    assert_eq!((&id["aud"], &id["preferred_username"]), (&json!(CLIENT), &json!(ANNA)));
    assert_eq!(id["iss"], format!("https://login.microsoftonline.com/{TENANT}/v2.0"));
    assert_eq!((&id["sub"], &id["oid"]), (&token["sub"], &token["oid"]));
    let refresh = reply["refresh_token"].as_str().expect("a refresh token");
    let (front, rest) = refresh.split_once(".Ag").expect("two parts");
    assert!(front.starts_with("1.A") && front.len() > 50 && rest.len() > 250, "{refresh}");
    let info = crate::sim::pair::part(reply["client_info"].as_str().expect("client_info")).expect("JSON");
    assert_eq!(info, json!({"uid": token["oid"], "utid": TENANT}));
}

#[test]
fn nothing_is_added_that_was_not_asked_for() {
    let reply = body(&changed(|_| {}));
    let names: Vec<&String> = reply.as_object().expect("an object").keys().collect();
    assert_eq!(names, ["access_token", "expires_in", "ext_expires_in", "scope", "token_type"]);
}

#[test]
fn a_users_token_opens_the_apis() {
    let reply = body(&changed(|_| {}));
    let token = reply["access_token"].as_str().expect("a token");
    let found = body(&call(&healthy().world, token, "/v1.0/myorg/groups"));
    assert_eq!(found["value"][0]["name"], "Sales embed");
}

#[test]
fn parameters_and_the_application_come_first() {
    let world = healthy().world;
    let nobody = |tenant: &str, name: &str| error(&sign_in(&world, tenant, name, "x", SCOPE));
    assert_eq!(nobody(TENANT, "").2, 900_144);
    assert_eq!(nobody("nowhere.example", "x").2, 90_002);
    assert_eq!(nobody("fabrikam.example", "x").2, 700_016);
    assert_eq!(refused(|w| embed(w).public_flows = false), ("invalid_client".to_owned(), 7_000_218));
    assert_eq!(refusal(|w| embed(w).disabled = true), 7_000_112);
    let with_secret = |secret: &str| {
        let mut fields = fields(CLIENT, secret, SCOPE).to_vec();
        fields[0].1 = "password";
        fields.extend([("username", ANNA), ("password", PASSWORD)]);
        let mut world = healthy().world;
        embed(&mut world).public_flows = false;
        ask(&world, &token_request(TENANT, &fields))
    };
    assert_eq!(with_secret(SECRET).status, 200);
    assert_eq!(error(&with_secret("wrong")).2, 7_000_215);
}

#[test]
fn without_a_tenant_the_users_own_is_taken() {
    let mut world = healthy().world;
    let at = |world: &World, tenant: &str, name: &str| sign_in(world, tenant, name, PASSWORD, SCOPE);
    assert_eq!(error(&at(&world, "common", ANNA)).2, 9_001_023);
    assert_eq!(error(&at(&world, "organizations", ANNA)).2, 50_194);
    embed(&mut world).multi_tenant = true;
    assert_eq!(at(&world, "organizations", ANNA).status, 200);
    assert_eq!(error(&at(&world, "organizations", "anna")).2, 50_128);
    assert_eq!(error(&at(&world, "organizations", "anna@nowhere.example")).2, 50_128);
}

#[test]
fn the_account_decides() {
    assert_eq!(refused(|w| anna(w).name = "ann@contoso.example".to_owned()), ("invalid_grant".to_owned(), 50_034));
    assert_eq!(refusal(|w| anna(w).password = Some("other".to_owned())), 50_126);
    assert_eq!(refusal(|w| anna(w).password = None), 50_056);
    assert_eq!(refusal(|w| anna(w).password_expired = true), 50_055);
    assert_eq!(refusal(|w| anna(w).account = Account::Disabled), 50_057);
    assert_eq!(refusal(|w| anna(w).account = Account::Locked), 50_053);
    assert_eq!(refusal(|w| anna(w).account = Account::Deleted), 50_034);
    assert_eq!(refusal(|w| contoso(w).federated_domains.push("contoso.example".to_owned())), 50_126);
    // Only its owner learns that a password has ended.
    let wrong_and_expired = |w: &mut World| {
        anna(w).password_expired = true;
        anna(w).password = Some("other".to_owned());
    };
    assert_eq!(refusal(wrong_and_expired), 50_126);
}

#[test]
fn guests_have_no_password_here() {
    let guest = |pending: bool| {
        refusal(|w| {
            let guest = format!("id = 'a22a0000-9999-4299-8299-0000000000c7'\npending = {pending}");
            anna(w).tenant = "fabrikam".to_owned();
            anna(w).guest_in.insert("contoso".to_owned(), toml::from_str(&guest).expect("a guest"));
        })
    };
    assert_eq!((guest(false), guest(true)), (50_056, 50_014));
    assert_eq!(refusal(|w| anna(w).tenant = "fabrikam".to_owned()), 50_034);
}

fn policy(text: &str) -> impl FnOnce(&mut World) {
    let policy = format!("id = '90110100-0000-4000-8000-000000000001'\n{text}");
    let policy = toml::from_str(&policy).expect("a policy");
    |world| {
        contoso(world).policies.insert("p".to_owned(), policy);
    }
}

#[test]
fn policies_come_after_the_password() {
    assert_eq!(refusal(policy("demands = 'block'")), 53_003);
    assert_eq!(refusal(policy("demands = 'compliant-device'")), 53_000);
    assert_eq!(changed(policy("demands = 'block'\nusers = ['root']")).status, 200);
    assert_eq!(changed(policy("demands = 'block'\napplications = ['embed']")).status, 200);
    assert_eq!(changed(policy("demands = 'block'\ndevice_code_only = true")).status, 200);
    assert_eq!(refusal(|w| contoso(w).security_defaults = true), 530_035);

    let second_factor = changed(policy("demands = 'mfa'"));
    assert_eq!(error(&second_factor), (400, "invalid_grant".to_owned(), 50_076));
    let said = body(&second_factor);
    assert_eq!(said["suberror"], "basic_action");
    let text = said["error_description"].as_str().expect("text");
    assert!(text.contains("to access '00000009-0000-0000-c000-000000000000'."), "{text}");
    assert_eq!(
        refusal(|w| {
            policy("demands = 'mfa'")(w);
            anna(w).without_second_factor = true;
        }),
        50_079
    );
    assert_eq!(
        refusal(|w| {
            policy("demands = 'block'")(w);
            anna(w).password = None;
        }),
        50_056
    );
}

#[test]
fn assignment_may_be_required() {
    assert_eq!(changed(|w| embed(w).assigned = Some(vec!["anna".to_owned()])).status, 200);
    assert_eq!(refused(|w| embed(w).assigned = Some(Vec::new())), ("invalid_grant".to_owned(), 50_105));
}

#[test]
fn consent_is_an_administrators_or_the_users() {
    let consents = |text: &'static str| {
        move |w: &mut World| {
            let read: BTreeMap<String, Vec<world::Consent>> = toml::from_str(text).expect("consents");
            embed(w).consents.clone_from(&read["c"]);
        }
    };
    assert_eq!(refused(consents("c = []")), ("invalid_grant".to_owned(), 65_001));
    assert_eq!(refusal(consents("c = [{ scopes = ['Report.Read.All'], user = 'root' }]")), 65_001);
    let own = body(&changed(consents("c = [{ scopes = ['Report.Read.All'], user = 'anna' }]")));
    assert_eq!(claims(own["access_token"].as_str().expect("a token"))["scp"], "Report.Read.All");
    assert_eq!(
        refused(|w| {
            embed(w).consents.clear();
            embed(w).permissions.clear();
        }),
        ("invalid_resource".to_owned(), 650_057)
    );
}

#[test]
fn scopes_name_one_api_and_known_permissions() {
    let world = healthy().world;
    let ask = |scope: &str| sign_in(&world, TENANT, ANNA, PASSWORD, scope);
    let power_bi = "https://analysis.windows.net/powerbi/api";
    let one = body(&ask(&format!("{power_bi}/Report.Read.All")));
    assert_eq!(claims(one["access_token"].as_str().expect("a token"))["scp"], "Report.Read.All");
    assert_eq!(one["scope"], format!("{power_bi}/Report.Read.All"));
    let fabric = body(&ask("https://api.fabric.microsoft.com/Report.Read.All"));
    assert_eq!(claims(fabric["access_token"].as_str().expect("a token"))["aud"], power_bi);
    assert_eq!(error(&ask(&format!("{power_bi}/Gateway.Read.All"))).2, 65_001);
    assert_eq!(error(&ask(&format!("{power_bi}/Reprt.Read.All"))), (400, "invalid_scope".to_owned(), 70_011));
    assert_eq!(error(&ask(&format!("{power_bi}/Report.Read.All User.Read"))).2, 700_022);
    assert_eq!(error(&ask("https://api.powerbi.com/.default")).2, 500_011);
    assert_eq!(error(&ask("https://management.azure.com/.default")).2, 65_001);
    assert_eq!(
        claims(body(&ask("User.Read"))["access_token"].as_str().expect("a token"))["aud"],
        "https://graph.microsoft.com"
    );
    assert_eq!(refusal(|w| contoso(w).power_bi = world::Availability::Missing), 650_052);
}
