//! The impersonated user.

use kube::config::AuthInfo;

use super::flags::ConnectionFlags;
use super::header;

/// Leaves out empty values, as client-go does, and checks that the rest can be sent. `origin` is
/// where the entry of `user` comes from.
pub(super) fn settle(
    user: &mut AuthInfo,
    flags: &ConnectionFlags,
    origin: &str,
) -> Result<(), String> {
    for single in [&mut user.impersonate, &mut user.impersonate_uid] {
        *single = single.take().filter(|text| !text.is_empty());
    }
    user.impersonate_groups = user.impersonate_groups.take().filter(|g| !g.is_empty());
    let extra = user.impersonate_user_extra.take();
    user.impersonate_user_extra = extra.filter(|e| !e.is_empty());
    let has_rest = user.impersonate_uid.is_some()
        || user.impersonate_groups.is_some()
        || user.impersonate_user_extra.is_some();
    if has_rest && user.impersonate.is_none() {
        // The server would refuse the rest, with a less clear message.
        let problem = "a group, uid or extra to act as needs a user: add `--as USER`";
        return Err(format!("error: {problem}"));
    }
    let check = |values: &mut dyn Iterator<Item = &String>, is_flag, flag: &str, field: &str| {
        let origin = if is_flag {
            format!("`{flag}`")
        } else {
            format!("`{field}` {origin}")
        };
        for value in values {
            header::value(value, &origin)?;
        }
        Ok(())
    };
    let mut names = user.impersonate.iter();
    check(&mut names, flags.impersonate.is_some(), "--as", "as")?;
    let mut uids = user.impersonate_uid.iter();
    let is_flag = flags.impersonate_uid.is_some();
    check(&mut uids, is_flag, "--as-uid", "as-uid")?;
    let mut groups = user.impersonate_groups.iter().flatten();
    let is_flag = !flags.impersonate_groups.is_empty();
    check(&mut groups, is_flag, "--as-group", "as-groups")?;
    let extra = user.impersonate_user_extra.iter().flatten();
    let is_flag = !flags.impersonate_user_extra.is_empty();
    let mut values = extra.flat_map(|(_, values)| values);
    check(&mut values, is_flag, "--as-user-extra", "as-user-extra")
}
