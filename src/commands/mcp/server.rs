//! The server: which tool or resource answers what.

use std::sync::Arc;

use rmcp::model::{
    CallToolRequestParams, CallToolResponse, CallToolResult, Implementation, ListResourcesResult, ListToolsResult,
    PaginatedRequestParams, ReadResourceRequestParams, ReadResourceResponse, ReadResourceResult, ServerCapabilities,
    ServerConfig,
};
use rmcp::service::{RequestContext, RoleServer};
use rmcp::{ErrorData, ServerHandler};

use super::arguments::{self, Causes, Diagnose, Doctor, Explain};
use super::consent::{Consent, ask};
use super::knowledge::Knowledge;
use super::{answer, doctor, pages, tools};
use crate::cli::mcp::Mcp;

/// What is said where the client can't ask.
const CANNOT_BE_ASKED: &str = "doctor sends requests to the tenant, and this client can't ask the user first (it doesn't support elicitation). Ask the user to run `pbiauth doctor` in a terminal and to give you its report, or to start this server as `pbiauth mcp --allow-doctor`.";
/// What is said where the user says no.
const REFUSED: &str = "The user didn't agree: nothing was sent. Don't call doctor again unless the user asks for it.";

/// What a session shares.
#[derive(Debug, Clone)]
pub(super) struct Server {
    pub(super) knowledge: Arc<Knowledge>,
    pub(super) options: Arc<Mcp>,
}

impl ServerHandler for Server {
    fn get_info(&self) -> ServerConfig {
        let capabilities = ServerCapabilities::builder().enable_tools().enable_resources().build();
        let name =
            Implementation::new("pbiauth", env!("CARGO_PKG_VERSION")).with_title("Power BI authorization diagnosis");
        ServerConfig::new(capabilities).with_server_info(name).with_instructions(tools::INSTRUCTIONS)
    }

    async fn list_tools(
        &self,
        _: Option<PaginatedRequestParams>,
        _: RequestContext<RoleServer>,
    ) -> Result<ListToolsResult, ErrorData> {
        Ok(ListToolsResult::with_all_items(tools::all()))
    }

    async fn call_tool(
        &self,
        mut request: CallToolRequestParams,
        context: RequestContext<RoleServer>,
    ) -> Result<CallToolResponse, ErrorData> {
        let given = request.arguments.take();
        match request.name.as_ref() {
            "diagnose" => self.offline::<Diagnose>("diagnose", given, super::knowledge::Knowledge::diagnose).await,
            "explain" => self.offline::<Explain>("explain", given, |known, asked| known.explain(&asked)).await,
            "causes" => self.offline::<Causes>("causes", given, |known, asked| known.causes(&asked)).await,
            "doctor" => match arguments::read("doctor", given) {
                Ok(asked) => self.doctor(asked, request, context).await,
                Err(why) => Ok(answer::refusal(&why).into()),
            },
            _ => Err(ErrorData::invalid_params(
                "Unknown tool; the tools are diagnose, explain, causes and doctor.",
                None,
            )),
        }
    }

    async fn list_resources(
        &self,
        _: Option<PaginatedRequestParams>,
        _: RequestContext<RoleServer>,
    ) -> Result<ListResourcesResult, ErrorData> {
        let knowledge = Arc::clone(&self.knowledge);
        Ok(ListResourcesResult::with_all_items(blocking(move || pages::list(knowledge.pages())).await?))
    }

    async fn read_resource(
        &self,
        request: ReadResourceRequestParams,
        _: RequestContext<RoleServer>,
    ) -> Result<ReadResourceResponse, ErrorData> {
        let knowledge = Arc::clone(&self.knowledge);
        let page = blocking(move || pages::read(knowledge.pages(), &request.uri)).await?;
        let page = page.ok_or_else(|| {
            ErrorData::resource_not_found("The runbook doesn't have this page; list the resources.", None)
        })?;
        Ok(ReadResourceResult::new(vec![page]).into())
    }
}

impl Server {
    /// Answers from what is known, on a thread of its own: a long text mustn't hold up other calls.
    async fn offline<T: serde::de::DeserializeOwned + Send + 'static>(
        &self,
        tool: &str,
        given: Option<rmcp::model::JsonObject>,
        answer: fn(&Knowledge, T) -> CallToolResult,
    ) -> Result<CallToolResponse, ErrorData> {
        let knowledge = Arc::clone(&self.knowledge);
        match arguments::read(tool, given) {
            Ok(asked) => Ok(blocking(move || answer(&knowledge, asked)).await?.into()),
            Err(why) => Ok(answer::refusal(&why).into()),
        }
    }

    async fn doctor(
        &self,
        asked: Doctor,
        request: CallToolRequestParams,
        context: RequestContext<RoleServer>,
    ) -> Result<CallToolResponse, ErrorData> {
        let (this, wanted) = (self.clone(), asked.clone());
        let question = match blocking(move || doctor::question(&this.options, &this.knowledge, &wanted)).await? {
            Ok(question) => question,
            Err(error) => return Ok(answer::error(&error).into()),
        };
        match ask(&question, &request, &context).await {
            Consent::Given => {}
            Consent::CannotBeAsked if self.options.allow_doctor => {}
            Consent::CannotBeAsked => return Ok(answer::refusal(CANNOT_BE_ASKED).into()),
            Consent::Refused => return Ok(answer::refusal(REFUSED).into()),
            Consent::Ask(round) => return Ok((*round).into()),
        }
        let (this, cancelled) = (self.clone(), context.ct);
        let result = blocking(move || doctor::run(&this.options, &this.knowledge, &asked, &cancelled)).await?;
        Ok(result.into())
    }
}

/// Runs what takes time or blocks on a thread of its own.
async fn blocking<T: Send + 'static>(work: impl FnOnce() -> T + Send + 'static) -> Result<T, ErrorData> {
    tokio::task::spawn_blocking(work)
        .await
        .map_err(|_| ErrorData::internal_error("pbiauth failed; see its standard error output.", None))
}
