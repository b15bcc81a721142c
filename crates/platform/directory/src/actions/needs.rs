use kernel::Text;

use crate::store::{InRegion, InUnit, Named};

/// So many are named; of the others it is said how many there are.
pub(super) const NAMED_MAX: usize = 5;

/// What a list of things is called, counted and named: `2 posts (A1, A2)`. None when it is empty.
/// What the caller does not see has no name here, and counts.
pub(crate) fn counted<K>(things: &[Named<K>], noun: &Text) -> Option<Text> {
    if things.is_empty() {
        return None;
    }
    let names = things.iter().filter_map(|thing| thing.name.as_deref());
    let names: Vec<&str> = names.take(NAMED_MAX).collect();
    let count = things.len();
    let plural = if count == 1 { noun.en.clone() } else { plural(&noun.en) };
    if names.is_empty() {
        return Some(Text::new(format!("{count} {plural}"), format!("{count} 个{}", noun.zh)));
    }
    let more = if names.len() < count { " …" } else { "" };
    let (en, zh) = (names.join(", "), names.join("、"));
    Some(Text::new(
        format!("{count} {plural} ({en}{more})"),
        format!("{count} 个{}（{zh}{more}）", noun.zh),
    ))
}

/// What is in a unit, in words. None when nothing is.
pub(crate) fn needs_of_unit(inside: &InUnit) -> Option<Text> {
    let parts = [
        counted(&inside.units, &Text::new("unit below it", "下级单位")),
        counted(&inside.posts, &Text::new("post", "岗位")),
        counted(&inside.people, &Text::new("person", "人员")),
        counted(&inside.sites, &Text::new("site", "地点")),
        counted(&inside.resources, &Text::new("resource", "资源")),
    ];
    joined(
        parts,
        &Text::new("are still open; move or close them first", "仍然有效，请先调整或撤销"),
    )
}

/// What is in a region, in words. None when nothing is.
pub(crate) fn needs_of_region(inside: &InRegion) -> Option<Text> {
    let parts = [
        counted(&inside.regions, &Text::new("region within it", "下级区域")),
        counted(&inside.units, &Text::new("unit", "单位")),
        counted(&inside.sites, &Text::new("site", "地点")),
        counted(&inside.resources, &Text::new("resource", "资源")),
    ];
    joined(parts, &Text::new("still belong to it; move them first", "仍归属于此，请先调整"))
}

/// The parts that there are as one sentence. None when there are none.
pub(crate) fn joined<const N: usize>(parts: [Option<Text>; N], end: &Text) -> Option<Text> {
    let parts: Vec<Text> = parts.into_iter().flatten().collect();
    if parts.is_empty() {
        return None;
    }
    let en: Vec<&str> = parts.iter().map(|part| part.en.as_str()).collect();
    let zh: Vec<&str> = parts.iter().map(|part| part.zh.as_str()).collect();
    let (en, zh) = (en.join(", "), zh.join("、"));
    Some(Text::new(format!("{en} {}", end.en), format!("{zh}{}", end.zh)))
}

/// The plural of the nouns we use: `posts`, `people`, `units below it`.
fn plural(noun: &str) -> String {
    match noun.split_once(' ') {
        Some((first, rest)) => format!("{first}s {rest}"),
        None if noun == "person" => "people".to_owned(),
        None => format!("{noun}s"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn needs_are_counted_and_a_few_are_named() {
        let id = "01890a5d-ac96-774b-bcce-b302099a8057".parse().unwrap();
        let name = |number| Named::<()> { id, name: Some(format!("P{number}")) };
        let posts: Vec<_> = (1..=7).map(name).collect();
        let post = Text::new("post", "岗位");
        let some = counted(&posts, &post).unwrap();
        assert_eq!(some.en, "7 posts (P1, P2, P3, P4, P5 …)");
        assert_eq!(some.zh, "7 个岗位（P1、P2、P3、P4、P5 …）");
        assert_eq!(counted(&posts[..1], &post).unwrap().en, "1 post (P1)");
        assert_eq!(counted(&posts[..0], &post), None);
        let unseen = Named { id, name: None };
        let some = counted(&[unseen.clone(), posts[1].clone()], &post).unwrap();
        assert_eq!((some.en.as_str(), some.zh.as_str()), ("2 posts (P2 …)", "2 个岗位（P2 …）"));
        let some = counted(&[unseen.clone(), unseen], &post).unwrap();
        assert_eq!((some.en.as_str(), some.zh.as_str()), ("2 posts", "2 个岗位"));
        assert_eq!(plural("unit below it"), "units below it");
        assert_eq!(plural("person"), "people");
    }
}
