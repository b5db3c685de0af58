//! Groups, and who is in them.

use serde_json::json;

use super::{
    super::{
        error::{Answer, ServiceError},
        groups::Group,
    },
    Call, Find, Operation,
    list_users::item,
    paging,
};

/// The operation of that name, if it is one of these.
pub fn find(name: &str) -> Option<Operation> {
    let run = match name {
        "CreateGroup" => create_group,
        "GetGroup" => get_group,
        "UpdateGroup" => update_group,
        "DeleteGroup" => delete_group,
        "ListGroups" => list_groups,
        "ListUsersInGroup" => list_users_in_group,
        "AdminAddUserToGroup" => admin_add_user_to_group,
        "AdminRemoveUserFromGroup" => admin_remove_user_from_group,
        "AdminListGroupsForUser" => admin_list_groups_for_user,
        _ => return None,
    };
    Some(Operation::Pool(Find::Pool, run))
}

fn create_group(call: &mut Call) -> Answer {
    let name = call.input.required("GroupName");
    if call.pool.groups.contains_key(name) {
        return Err(ServiceError::new("GroupExistsException", "A group with the name already exists."));
    }
    let now = call.pool.now();
    let mut group = Group { created: now, modified: now, ..Group::default() };
    set(&mut group, call);
    call.pool.groups.insert(name.to_owned(), group);
    get_group(call)
}

fn get_group(call: &mut Call) -> Answer {
    let name = call.input.required("GroupName");
    Ok(json!({ "Group": call.pool.group(name)?.describe(&call.pool.id, name) }))
}

/// UpdateGroup: what is left out stays.
fn update_group(call: &mut Call) -> Answer {
    let name = call.input.required("GroupName");
    let mut group = call.pool.group(name)?.clone();
    set(&mut group, call);
    group.modified = call.pool.now();
    call.pool.groups.insert(name.to_owned(), group);
    get_group(call)
}

fn set(group: &mut Group, call: &Call) {
    let text = |member: &str| call.input.text(member).map(str::to_owned);
    group.description = text("Description").or(group.description.take());
    group.role = text("RoleArn").or(group.role.take());
    group.precedence = call.input.number("Precedence").or(group.precedence);
}

/// DeleteGroup: with members too, as the reference has it today.
fn delete_group(call: &mut Call) -> Answer {
    let name = call.input.required("GroupName");
    call.pool.group(name)?;
    call.pool.groups.remove(name);
    Ok(json!({}))
}

fn list_groups(call: &mut Call) -> Answer {
    let pool = &call.pool;
    let groups = pool.groups.iter().map(|(name, group)| group.describe(&pool.id, name));
    paging::LIMIT.page(call.input, "Groups", groups)
}

fn list_users_in_group(call: &mut Call) -> Answer {
    let pool = &call.pool;
    let members = &pool.group(call.input.required("GroupName"))?.members;
    let users = pool.oldest_first().into_iter().filter(|user| members.contains(&user.sub)).map(|user| item(pool, user, None));
    paging::LIMIT.page(call.input, "Users", users)
}

fn admin_add_user_to_group(call: &mut Call) -> Answer {
    let sub = call.named_user()?;
    call.pool.group_mut(call.input.required("GroupName"))?.members.insert(sub);
    Ok(json!({}))
}

fn admin_remove_user_from_group(call: &mut Call) -> Answer {
    let sub = call.named_user()?;
    call.pool.group_mut(call.input.required("GroupName"))?.members.remove(&sub);
    Ok(json!({}))
}

fn admin_list_groups_for_user(call: &mut Call) -> Answer {
    let sub = call.named_user()?;
    let groups = call.pool.groups_of(&sub).into_iter().map(|(name, group)| group.describe(&call.pool.id, name));
    paging::LIMIT.page(call.input, "Groups", groups)
}
