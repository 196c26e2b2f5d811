//! Who may curate. Discord hides the commands from others, but a server can change that, and a
//! button or form may reach somebody else: so every interaction is checked here again.

use serenity::model::Permissions;
use serenity::model::guild::Member;

/// One of these is needed to change entries: who may take messages away looks after what is said,
/// the FAQ included. `/curate` is hidden at first from those without Manage Messages; a server can
/// let more roles see it, under Integrations, and these are asked for one of these all the same.
const CURATE: Permissions = Permissions::MANAGE_MESSAGES
    .union(Permissions::MANAGE_GUILD)
    .union(Permissions::ADMINISTRATOR);

/// One of these is needed to change what holds for the whole server.
const CONFIGURE: Permissions = Permissions::MANAGE_GUILD.union(Permissions::ADMINISTRATOR);

/// Said to whom may not curate.
pub const NOT_A_MODERATOR: &str =
    "Only moderators can do this: it takes the permission Manage Messages or Manage Server.";
/// Said to whom may not configure.
pub const NOT_A_MANAGER: &str =
    "Only those who manage the server can change this: it takes the permission Manage Server.";

/// Whether the member who interacts may change entries; nobody may outside a server.
#[must_use]
pub fn may_curate(member: Option<&Member>) -> bool {
    has_one(member, CURATE)
}

/// Whether the member who interacts may change what holds for the whole server.
#[must_use]
pub fn may_configure(member: Option<&Member>) -> bool {
    has_one(member, CONFIGURE)
}

/// By the permissions that came with the interaction: Discord worked them out for the channel.
fn has_one(member: Option<&Member>, wanted: Permissions) -> bool {
    member
        .and_then(|member| member.permissions)
        .is_some_and(|has| has.intersects(wanted))
}

#[cfg(test)]
mod tests {
    use super::{may_configure, may_curate};
    use serde_json::json;
    use serenity::model::Permissions;
    use serenity::model::guild::Member;

    fn member(permissions: Option<Permissions>) -> Member {
        let mut member = json!({
            "user": {"id": "1", "username": "name", "discriminator": "0", "avatar": null},
            "roles": [], "joined_at": null, "deaf": false, "mute": false, "flags": 0,
            "guild_id": "3",
        });
        if let Some(permissions) = permissions {
            member["permissions"] = permissions.bits().to_string().into();
        }
        serde_json::from_value(member).unwrap()
    }

    #[test]
    fn who_may_what() {
        for (permissions, curate, configure) in [
            (None, false, false),
            (Some(Permissions::empty()), false, false),
            (Some(Permissions::SEND_MESSAGES), false, false),
            (Some(Permissions::MANAGE_MESSAGES), true, false),
            (Some(Permissions::MANAGE_GUILD), true, true),
            (Some(Permissions::ADMINISTRATOR), true, true),
        ] {
            let member = member(permissions);
            assert_eq!(may_curate(Some(&member)), curate, "{permissions:?}");
            assert_eq!(may_configure(Some(&member)), configure, "{permissions:?}");
        }
        assert!(!may_curate(None) && !may_configure(None));
    }
}
