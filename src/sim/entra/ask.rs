//! A request to Entra, with what its answer is made from.

use super::super::Moment;
use super::super::keys::Keys;
use super::super::memory::Memory;
use super::super::request::SimRequest;
use super::super::world::World;
use super::error::Error;

/// A request and the world in which it is made.
#[derive(Clone, Copy)]
pub(super) struct Ask<'w> {
    /// Who and what there is.
    pub(super) world: &'w World,
    /// What tokens are signed and codes are sealed with.
    pub(super) keys: &'w Keys,
    /// Which codes were presented before.
    pub(super) memory: &'w Memory,
    /// The request.
    pub(super) request: &'w SimRequest,
    /// When it arrives.
    pub(super) moment: &'w Moment,
}

impl Ask<'_> {
    /// A field of the form. An empty one is a missing one.
    pub(super) fn field(&self, name: &str) -> Option<String> {
        self.request.form(name).filter(|value| !value.is_empty())
    }

    /// A field that there must be.
    pub(super) fn needed(&self, name: &str) -> Result<String, Error> {
        self.field(name).ok_or_else(|| Error::missing(name))
    }
}
