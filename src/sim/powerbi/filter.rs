//! The filters of a list.

use super::super::world::{Workspace, guid};

/// The `OData` filters that are understood: one `eq` on name or id, or `contains` on the name.
pub(super) enum Filter {
    Name(String),
    Id(String),
    Contains(String),
}

impl Filter {
    pub(super) fn parse(text: &str) -> Option<Self> {
        let quoted = |text: &str| Some(text.trim().strip_prefix('\'')?.strip_suffix('\'')?.replace("''", "'"));
        if let Some(inside) = text.trim().strip_prefix("contains(name,") {
            return quoted(inside.strip_suffix(')')?).map(Self::Contains);
        }
        let (member, value) = text.split_once(" eq ")?;
        match member.trim() {
            "name" => quoted(value).map(Self::Name),
            "id" => quoted(value).or_else(|| Some(value.trim().to_owned())).map(Self::Id),
            _ => None,
        }
    }

    pub(super) fn fits(&self, workspace: &Workspace) -> bool {
        match self {
            Self::Name(name) => workspace.name.eq_ignore_ascii_case(name),
            Self::Id(id) => guid(id) == Some(workspace.id),
            Self::Contains(part) => workspace.name.to_lowercase().contains(&part.to_lowercase()),
        }
    }
}
