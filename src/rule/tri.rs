//! Logic of three values.

/// True, false, or not known.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Tri {
    /// The evidence says no.
    False,
    /// The evidence does not say.
    Unknown,
    /// The evidence says yes.
    True,
}

impl Tri {
    /// The rest is not looked at once one is false: a text costs more than a code.
    pub(super) fn all(values: impl IntoIterator<Item = Self>) -> Self {
        let mut all = Self::True;
        for value in values {
            all = all.min(value);
            if all == Self::False {
                break;
            }
        }
        all
    }

    /// Nor once one is true.
    pub(super) fn any(values: impl IntoIterator<Item = Self>) -> Self {
        let mut any = Self::False;
        for value in values {
            any = any.max(value);
            if any == Self::True {
                break;
            }
        }
        any
    }

    pub(super) const fn not(self) -> Self {
        match self {
            Self::True => Self::False,
            Self::False => Self::True,
            Self::Unknown => Self::Unknown,
        }
    }

    pub(super) const fn of(yes: bool) -> Self {
        if yes { Self::True } else { Self::False }
    }
}
