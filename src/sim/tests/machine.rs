//! Managed identities and user realms.

use super::*;
use crate::sim::world::Host;

const RESOURCE: &str = "https://analysis.windows.net/powerbi/api";
const APP_SERVICE: &str = "/msi/token?api-version=2019-08-01";
const METADATA: &str = "/metadata/identity/oauth2/token?api-version=2018-02-01";
const HEADER: &str = "0F1E2D3C4B5A69788796A5B4C3D2E1F0";

fn ask_machine(world: &World, path: &str, more: &str) -> WireReply {
    let header = if path == APP_SERVICE { ("x-identity-header", HEADER) } else { ("metadata", "true") };
    let headers = vec![(header.0.to_owned(), header.1.to_owned())];
    ask(world, &SimRequest { headers, ..get("127.0.0.1:1", &format!("{path}&resource={RESOURCE}{more}")) })
}

fn with_host(system: Option<&str>, user: &[&str]) -> World {
    let mut world = healthy().world;
    world.host = Some(Host {
        system_assigned: system.map(str::to_owned),
        user_assigned: user.iter().map(|name| (*name).to_owned()).collect(),
        header: HEADER.to_owned(),
    });
    world
}

#[test]
fn both_endpoints_give_texts_where_entra_gives_numbers() {
    let world = healthy().world;
    for (path, members) in [(APP_SERVICE, 5), (METADATA, 9)] {
        let reply = ask_machine(&world, path, "");
        assert_eq!(reply.status, 200);
        assert!(header(&reply, "x-ms-request-id").is_none());
        let body = body(&reply);
        assert_eq!(body.as_object().expect("an object").len(), members);
        let end = now().as_second() + 3600;
        assert_eq!((&body["expires_on"], &body["resource"]), (&json!(end.to_string()), &json!(RESOURCE)));
        let token = claims(body["access_token"].as_str().expect("a token"));
        assert_eq!(
            (&token["appid"], &token["idtyp"], &token["appidacr"]),
            (&json!(CLIENT), &json!("app"), &json!("2"))
        );
        assert!(token["xms_mirid"].as_str().expect("a resource id").ends_with("/embed"));
    }
    assert!(ask_machine(&world, &METADATA.replace('?', "/?"), "").status == 200);
}

#[test]
fn the_header_is_wanted() {
    let world = healthy().world;
    let bare = |path: &str| ask(&world, &get("127.0.0.1:1", &format!("{path}&resource={RESOURCE}")));
    assert_eq!(bare(APP_SERVICE).status, 401);
    let metadata = bare(METADATA);
    assert_eq!((metadata.status, &body(&metadata)["error"]), (400, &json!("bad_request_102")));
}

#[test]
fn the_machine_has_the_identities_that_were_assigned() {
    let says = |world: &World, path: &str, more: &str| {
        let reply = ask_machine(world, path, more);
        let body = body(&reply);
        let text = body["error_description"].as_str().or(body["message"].as_str()).map(str::to_owned);
        (reply.status, text.unwrap_or_else(|| body["client_id"].as_str().unwrap_or_default().to_owned()))
    };
    let none = with_host(None, &[]);
    assert_eq!(says(&none, METADATA, ""), (400, "Identity not found".to_owned()));
    assert_eq!(says(&none, APP_SERVICE, ""), (400, "Unable to load the proper Managed Identity.".to_owned()));
    let refresh = "2ef2e500-4444-4d44-8d44-0000000000b1";
    let two = with_host(None, &["embed", "refresh"]);
    assert!(says(&two, METADATA, "").1.starts_with("Multiple user assigned identities exist"));
    assert_eq!(says(&two, METADATA, &format!("&client_id={refresh}")), (200, refresh.to_owned()));
    let object = "&object_id=5e2b1ce0-4444-4d44-8d44-0000000000b3";
    assert_eq!(says(&two, METADATA, object), (200, refresh.to_owned()));
    assert_eq!(says(&two, METADATA, "&msi_res_id=/subscriptions/x/userAssignedIdentities/Refresh").1, refresh);
    let one = with_host(None, &["embed"]);
    assert_eq!(says(&one, METADATA, ""), (200, CLIENT.to_owned()));
    assert_eq!(says(&one, METADATA, &format!("&client_id={refresh}")).1, "Identity not found");
    assert!(says(&one, APP_SERVICE, &format!("&client_id={refresh}")).1.starts_with("No User Assigned"));
    assert_eq!(says(&with_host(Some("refresh"), &["embed"]), METADATA, "").1, refresh);
}

#[test]
fn the_resource_is_one_that_the_tenant_knows() {
    let world = healthy().world;
    let reply = ask_machine(&world, METADATA, "/.default");
    assert_eq!(error(&reply), (400, "invalid_resource".to_owned(), 500_011));
    let headers = vec![("metadata".to_owned(), "true".to_owned())];
    let without = ask(&world, &SimRequest { headers, ..get("127.0.0.1:1", METADATA) });
    assert_eq!((without.status, body(&without)), (400, json!({"error": "invalid_request"})));
}

#[test]
fn an_ordinary_machine_has_no_such_endpoint() {
    let mut world = healthy().world;
    world.host = None;
    assert_eq!(ask_machine(&world, METADATA, "").status, 404);
    let mut scenario = healthy();
    scenario.world.host = None;
    assert!(!scenario.environment(Keys::embedded(), now()).contains_key("IDENTITY_ENDPOINT"));
}

#[test]
fn a_managed_identity_opens_the_apis() {
    let world = healthy().world;
    let body = body(&ask_machine(&world, METADATA, ""));
    assert_eq!(call(&world, body["access_token"].as_str().expect("a token"), "/v1.0/myorg/groups").status, 200);
}

#[test]
fn a_realm_is_managed_federated_or_unknown() {
    let mut world = healthy().world;
    world.tenants.get_mut("contoso").expect("contoso").federated_domains.push("corp.example".to_owned());
    let realm = |name: &str| {
        let reply = ask(&world, &get("127.0.0.1:1", &format!("/common/userrealm/{name}?api-version=1.0")));
        assert_eq!(reply.status, 200);
        body(&reply)
    };
    let managed = realm("anna%40Contoso.example");
    assert_eq!((&managed["account_type"], &managed["domain_name"]), (&json!("Managed"), &json!("Contoso.example")));
    assert_eq!(managed["cloud_audience_urn"], "urn:federation:MicrosoftOnline");
    let federated = realm("anna@corp.example");
    assert_eq!(
        (&federated["account_type"], &federated["federation_protocol"]),
        (&json!("Federated"), &json!("WSTrust"))
    );
    for unknown in ["anna@nowhere.example", "anna", SALES] {
        assert_eq!(realm(unknown)["account_type"], "Unknown");
    }
}
