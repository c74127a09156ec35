//! Stub.
/// Stub.
#[derive(Debug)]
pub struct ServeOptions {
    /// Stub.
    pub listen: std::net::SocketAddr,
    /// Stub.
    pub ca_out: Option<std::path::PathBuf>,
    /// Stub.
    pub env_out: Option<std::path::PathBuf>,
}
/// Stub.
pub async fn serve(_: super::scenario::Scenario, _: ServeOptions, _: &mut dyn std::io::Write) -> Result<(), String> {
    Ok(())
}
