//! Which profiles a run is of.

use crate::cli::Doctor;
use crate::cli::fleet::Partition;
use crate::commands::access::Surroundings;
use crate::error::Error;

/// The variable in which an Indexed Job of Kubernetes says which of its pods this is, from 0.
const INDEX: &str = "JOB_COMPLETION_INDEX";

/// The names of the profiles that a run is of, in the order of the file or of the options.
///
/// # Errors
/// When there are none at all, one is not known, or there is no such part.
pub(in crate::commands) fn names(options: &Doctor, surroundings: &Surroundings) -> Result<Vec<String>, Error> {
    if options.fleet.all_profiles {
        let names = surroundings.profiles();
        if names.is_empty() {
            return Err(Error::NoProfiles);
        }
        return match options.fleet.partition {
            Some(partition) => Ok(part(names, numbered(partition)?)),
            None => Ok(names),
        };
    }
    let mut names: Vec<String> = Vec::new();
    for name in &options.who.profile {
        let name = surroundings.known(name)?;
        if !names.iter().any(|known| known == name) {
            names.push(name.to_owned());
        }
    }
    Ok(names)
}

/// The profile at each place of the file is in the part of the same number, and so on in turn: parts differ in size by
/// one at most, and a profile that is added at the end moves no other.
fn part(names: Vec<String>, (index, of): (usize, usize)) -> Vec<String> {
    names.into_iter().skip(index).step_by(of).collect()
}

/// The number of the part and how many there are.
#[expect(clippy::disallowed_methods, reason = "Kubernetes tells the number of a pod by the environment")]
fn numbered(partition: Partition) -> Result<(usize, usize), Error> {
    if let Some(index) = partition.index {
        return Ok((index, partition.of));
    }
    let told = |why: String| Error::Partition { variable: INDEX, why };
    let value = std::env::var(INDEX).map_err(|_| told("it isn't set".to_owned()))?;
    let index = value.trim().parse().map_err(|_| told("it isn't a number".to_owned()))?;
    partition.at(index).map_err(told)?;
    Ok((index, partition.of))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_profile_is_in_exactly_one_part() {
        for (count, of) in [(10, 3), (3, 8), (1, 1), (5000, 7)] {
            let names: Vec<String> = (0..count).map(|number| format!("profile-{number}")).collect();
            let parts: Vec<Vec<String>> = (0..of).map(|index| part(names.clone(), (index, of))).collect();
            let sizes = parts.iter().map(Vec::len);
            assert!(sizes.clone().max().unwrap_or(0) - sizes.min().unwrap_or(0) <= 1);
            let mut all: Vec<String> = parts.into_iter().flatten().collect();
            let mut sorted = names;
            all.sort();
            sorted.sort();
            assert_eq!(all, sorted);
        }
    }

    #[test]
    fn a_profile_that_is_added_moves_no_other() {
        let names = |count: usize| (0..count).map(|number| number.to_string()).collect::<Vec<_>>();
        for index in 0..4 {
            let (before, after) = (part(names(21), (index, 4)), part(names(22), (index, 4)));
            assert_eq!(before, after[..before.len()]);
        }
    }
}
