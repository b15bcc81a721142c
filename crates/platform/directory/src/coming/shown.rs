use kernel::{Id, Scope, Text, Time};
use sqlx::AnyConnection;

use super::SeenToday;
use crate::{
    Dated, DirectoryError, Holding, Person, Post, PostId, Region, Site, Unit,
    directory::Belongs,
    model::Timeline,
    sight::{Place, in_unit},
    store::{self, Kept},
};

/// How what is to come of a noun is shown.
pub(crate) trait Shown: Kept {
    /// Whether the caller sees it as it is then; `other` is the other side of the turn.
    async fn seen(
        connection: &mut AnyConnection,
        today: &SeenToday<'_>,
        side: &Dated<Self>,
        other: Option<&Dated<Self>>,
    ) -> Result<bool, DirectoryError>;

    /// Where it is in that state at a moment; none: whoever sees it today sees it at any moment.
    async fn place_then(
        connection: &mut AnyConnection,
        today: &SeenToday<'_>,
        side: &Dated<Self>,
        at: Time,
    ) -> Result<Option<Place>, DirectoryError>;

    /// What people call it.
    async fn called(
        _: &mut AnyConnection,
        _: &SeenToday<'_>,
        then: &Dated<Self>,
    ) -> Result<Text, DirectoryError> {
        Ok(then.state.own_name())
    }

    /// Its own name.
    fn own_name(&self) -> Text {
        Text::same(self.label())
    }

    /// Its code; empty when it has none.
    fn shown_code(&self) -> String {
        self.code().to_owned()
    }
}

impl SeenToday<'_> {
    fn sees(&self, belongs: &Belongs) -> bool {
        belongs.seen_by(self.caller)
    }

    fn sees_unit(&self, unit: Option<Id<Unit>>) -> bool {
        self.sees(&Belongs::to_unit(&self.trees, unit))
    }

    fn sees_region(&self, region: Option<Id<Region>>) -> bool {
        match (&self.regions, region) {
            (None, _) => true,
            (Some(seen), Some(region)) => seen.contains(&region.to_string()),
            (Some(_), None) => false,
        }
    }
}

impl Shown for Unit {
    /// A unit is seen in its own place and, when it moves, together with the unit above it.
    async fn seen(
        _: &mut AnyConnection,
        today: &SeenToday<'_>,
        side: &Dated<Self>,
        other: Option<&Dated<Self>>,
    ) -> Result<bool, DirectoryError> {
        let parent = side.state.parent;
        if other.is_some_and(|other| other.state.parent != parent) && !today.sees_unit(parent) {
            return Ok(false);
        }
        let above = Belongs::to_unit(&today.trees, parent).region;
        let own = side.state.region.map(|region| region.to_string());
        let belongs =
            Belongs { unit: Some(side.id.to_string()), region: own.or(above), then: Vec::new() };
        Ok(today.sees(&belongs))
    }

    async fn place_then(
        _: &mut AnyConnection,
        _: &SeenToday<'_>,
        side: &Dated<Self>,
        _: Time,
    ) -> Result<Option<Place>, DirectoryError> {
        Ok(Some(Place::of_unit(side)))
    }

    fn own_name(&self) -> Text {
        self.name.clone()
    }
}

impl Shown for Region {
    async fn seen(
        _: &mut AnyConnection,
        today: &SeenToday<'_>,
        side: &Dated<Self>,
        other: Option<&Dated<Self>>,
    ) -> Result<bool, DirectoryError> {
        let parent = side.state.parent;
        let moves = other.is_some_and(|other| other.state.parent != parent);
        Ok(today.sees_region(Some(side.id)) && (!moves || today.sees_region(parent)))
    }

    async fn place_then(
        _: &mut AnyConnection,
        today: &SeenToday<'_>,
        side: &Dated<Self>,
        _: Time,
    ) -> Result<Option<Place>, DirectoryError> {
        let held = match &today.scope {
            Scope::Within(within) => within.regions.contains(&side.id.to_string()),
            Scope::Everywhere => false,
        };
        Ok(held.then(|| Place::of_region(side)))
    }

    fn own_name(&self) -> Text {
        self.name.clone()
    }
}

impl Shown for Site {
    async fn seen(
        _: &mut AnyConnection,
        today: &SeenToday<'_>,
        side: &Dated<Self>,
        _: Option<&Dated<Self>>,
    ) -> Result<bool, DirectoryError> {
        Ok(today.sees(&Belongs::to_both(side.state.unit, side.state.region)))
    }

    async fn place_then(
        _: &mut AnyConnection,
        _: &SeenToday<'_>,
        side: &Dated<Self>,
        _: Time,
    ) -> Result<Option<Place>, DirectoryError> {
        Ok(Some(Place::of_site(&side.state)))
    }

    fn own_name(&self) -> Text {
        self.name.clone()
    }
}

impl Shown for Post {
    async fn seen(
        _: &mut AnyConnection,
        today: &SeenToday<'_>,
        side: &Dated<Self>,
        _: Option<&Dated<Self>>,
    ) -> Result<bool, DirectoryError> {
        Ok(today.sees_unit(Some(side.state.unit)))
    }

    async fn place_then(
        _: &mut AnyConnection,
        _: &SeenToday<'_>,
        side: &Dated<Self>,
        _: Time,
    ) -> Result<Option<Place>, DirectoryError> {
        Ok(Some(in_unit(side.state.unit)))
    }

    fn own_name(&self) -> Text {
        self.title.clone()
    }
}

impl Shown for Person {
    async fn seen(
        _: &mut AnyConnection,
        today: &SeenToday<'_>,
        side: &Dated<Self>,
        _: Option<&Dated<Self>>,
    ) -> Result<bool, DirectoryError> {
        Ok(today.sees_unit(side.state.unit))
    }

    async fn place_then(
        _: &mut AnyConnection,
        _: &SeenToday<'_>,
        side: &Dated<Self>,
        _: Time,
    ) -> Result<Option<Place>, DirectoryError> {
        Ok(side.state.unit.map(in_unit))
    }
}

impl Shown for Holding {
    /// A holding is seen where its post is.
    async fn seen(
        connection: &mut AnyConnection,
        today: &SeenToday<'_>,
        side: &Dated<Self>,
        _: Option<&Dated<Self>>,
    ) -> Result<bool, DirectoryError> {
        let post = post_at(connection, side.state.post, today.now.max(side.valid_from)).await?;
        Ok(today.sees_unit(post.map(|post| post.unit)))
    }

    async fn place_then(
        connection: &mut AnyConnection,
        _: &SeenToday<'_>,
        side: &Dated<Self>,
        at: Time,
    ) -> Result<Option<Place>, DirectoryError> {
        let post = post_at(connection, side.state.post, at).await?;
        Ok(post.map(|post| in_unit(post.unit)))
    }

    /// The person, if the caller sees them, and the post.
    async fn called(
        connection: &mut AnyConnection,
        today: &SeenToday<'_>,
        then: &Dated<Self>,
    ) -> Result<Text, DirectoryError> {
        let at = today.now.max(then.valid_from);
        let post = post_at(connection, then.state.post, at).await?;
        let title = post.map(|post| post.title).unwrap_or_default();
        let person: Timeline<Person> = store::timeline(connection, then.state.person).await?;
        let person = person.nearest(today.now).filter(|one| today.sees_unit(one.state.unit));
        Ok(match person {
            None => title,
            Some(person) => {
                let name = &person.state.name;
                Text::new(format!("{name}: {}", title.en), format!("{name}：{}", title.zh))
            }
        })
    }

    fn shown_code(&self) -> String {
        String::new()
    }
}

async fn post_at(
    connection: &mut AnyConnection,
    id: PostId,
    at: Time,
) -> Result<Option<Post>, DirectoryError> {
    let timeline: Timeline<Post> = store::timeline(connection, id).await?;
    Ok(timeline.nearest(at).map(|post| post.state.clone()))
}
