use std::collections::{HashMap, HashSet};

use kernel::{Fault, FaultKind, Text};
use ldap3::{Ldap, Scope, SearchEntry};

use super::{connect::away, entry::dn_key};

/// So many groups are looked into, at most.
const GROUPS_MAX: usize = 10_000;
/// A group has at most so many members, those of the groups in it counted.
const MEMBERS_MAX: usize = 1_000_000;
/// A large group of Active Directory is read in so many parts, at most.
const PARTS_MAX: usize = 10_000;
/// Attributes that name members: `groupOfNames`, `groupOfUniqueNames`.
const MEMBER: [&str; 2] = ["member", "uniqueMember"];

/// The members of groups, also through groups in them, by the keys of their names.
#[derive(Debug, Default)]
pub(super) struct Groups {
    /// The members that each group itself names.
    direct: HashMap<String, Vec<String>>,
}

impl Groups {
    /// Every member of the group; groups in it are not among them. A group that is in itself ends
    /// where it began.
    ///
    /// Errors: the source does not answer; the group does not exist; there are too many.
    pub(super) async fn members(
        &mut self,
        ldap: &mut Ldap,
        group: &str,
    ) -> Result<HashSet<String>, Fault> {
        let mut members = HashSet::new();
        let mut seen = HashSet::from([dn_key(group)]);
        let mut waiting = vec![group.to_owned()];
        let top = dn_key(group);
        while let Some(dn) = waiting.pop() {
            let key = dn_key(&dn);
            if !self.direct.contains_key(&key) {
                if self.direct.len() >= GROUPS_MAX {
                    return Err(too_many("groups", GROUPS_MAX));
                }
                match read_members(ldap, &dn).await? {
                    Some(direct) => drop(self.direct.insert(key.clone(), direct)),
                    // Not a group: a person, or something that is no more.
                    None if key == top => return Err(no_group(group)),
                    None => {
                        members.insert(key);
                        continue;
                    }
                }
            }
            for member in self.direct.get(&key).into_iter().flatten() {
                if seen.insert(dn_key(member)) {
                    waiting.push(member.clone());
                }
            }
            if seen.len() > MEMBERS_MAX {
                return Err(too_many("members", MEMBERS_MAX));
            }
        }
        Ok(members)
    }
}

/// The members that an entry names; none when it is no group.
async fn read_members(ldap: &mut Ldap, dn: &str) -> Result<Option<Vec<String>>, Fault> {
    let mut members = Vec::new();
    let mut asked: Vec<String> = MEMBER.map(str::to_owned).to_vec();
    for _ in 0..PARTS_MAX {
        let filter = "(|(objectClass=groupOfNames)(objectClass=groupOfUniqueNames)\
                      (objectClass=group))";
        let found = ldap.search(dn, Scope::Base, filter, asked.clone()).await;
        let ldap3::SearchResult(entries, result) = found.map_err(|error| away(&error))?;
        // No such object (RFC 4511 appendix A): a member that is no more.
        if result.rc == 32 {
            return Ok(None);
        }
        if result.rc != 0 {
            return Err(away(&ldap3::LdapError::from(result)));
        }
        let entry = entries.into_iter().find(|entry| !entry.is_ref() && !entry.is_intermediate());
        let Some(entry) = entry.map(SearchEntry::construct) else { return Ok(None) };
        let mut next = None;
        for (name, values) in entry.attrs {
            let plain = name.split(';').next().unwrap_or_default();
            if MEMBER.iter().any(|member| member.eq_ignore_ascii_case(plain)) {
                next = next.or_else(|| next_part(&name));
                members.extend(values);
            }
        }
        match next {
            Some(part) => asked = vec![part],
            None => return Ok(Some(members)),
        }
    }
    Err(too_many("parts", PARTS_MAX))
}

/// What to ask for after `member;range=0-1499`; none after the last part (`0-*`).
fn next_part(name: &str) -> Option<String> {
    let (plain, range) = name.split_once(";range=")?;
    let (_, to) = range.split_once('-')?;
    let to: u64 = to.parse().ok()?;
    Some(format!("{plain};range={}-*", to.checked_add(1)?))
}

fn no_group(group: &str) -> Fault {
    let text = Text::new(
        format!("the directory has no group `{group}`"),
        format!("目录服务中没有组“{group}”"),
    );
    Fault::new(FaultKind::Conflict, "group-missing", text)
}

fn too_many(what: &str, max: usize) -> Fault {
    let text = Text::new(
        format!("the source has more than {max} {what}"),
        format!("目录服务中的内容过多：{what} 超过 {max}"),
    );
    Fault::new(FaultKind::Conflict, "source-too-large", text)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn large_groups_are_read_part_by_part() {
        assert_eq!(next_part("member;range=0-1499").as_deref(), Some("member;range=1500-*"));
        assert_eq!(next_part("member;range=1500-*"), None);
        assert_eq!(next_part("member"), None);
    }
}
