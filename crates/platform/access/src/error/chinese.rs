use kernel::Time;

use super::{
    AccessError, duties,
    fault::{outlasts, second_duty},
};
use crate::model::grant::HolderKind;

/// The sentence in Chinese, of those that have one of their own here.
pub(super) fn chinese(error: &AccessError) -> String {
    of_sign_in(error).or_else(|| of_rights(error)).unwrap_or_else(|| of_oversight(error))
}

fn of_sign_in(error: &AccessError) -> Option<String> {
    Some(match error {
        AccessError::WrongCredentials => "用户名或密码错误".to_owned(),
        AccessError::LockedOut { retry_after_s } => {
            format!("登录失败次数过多，请在 {retry_after_s} 秒后再试")
        }
        AccessError::Busy => "同时登录的人数过多，请稍后再试".to_owned(),
        AccessError::FirstRunDone => "首个管理员已存在，请直接登录".to_owned(),
        AccessError::FirstRunTokenWrong => {
            "首次运行链接无效，请使用服务器最近一次启动时打印的链接".to_owned()
        }
        AccessError::NameTaken { name } => format!("用户“{name}”已存在"),
        AccessError::PersonTaken { name } => {
            format!("该人员已关联用户“{name}”，一名人员只能对应一个用户")
        }
        AccessError::LastAdministrator { name } => {
            format!("“{name}”是最后一个可以授权的管理员，请先另设一个")
        }
        AccessError::UserNotFound { key } => format!("没有用户“{key}”"),
        AccessError::SessionNotFound { id } => format!("没有会话“{id}”"),
        AccessError::TokenNotFound { id } => format!("没有令牌“{id}”"),
        AccessError::NotAPerson => "此操作只能由用名称和密码登录的人执行".to_owned(),
        AccessError::TooManyTokens { limit } => {
            format!("该用户的有效令牌已达上限 {limit} 个，请先吊销一个")
        }
        AccessError::TokenUnknown => "无法识别该 API 令牌".to_owned(),
        AccessError::TokenExpired => "该 API 令牌已过期，请重新创建".to_owned(),
        AccessError::TokenRevoked => "该 API 令牌已被吊销".to_owned(),
        AccessError::WrongCode => "验证码错误或已被使用".to_owned(),
        AccessError::SignInOver => "本次登录已失效，请重新输入密码".to_owned(),
        AccessError::NoPasskeys { reason } => reason.zh.clone(),
        AccessError::PasskeyOver => "本次通行密钥请求已失效或已使用，请重新开始".to_owned(),
        AccessError::PasskeyRefused(fault) => format!("通行密钥验证未通过：{}", fault.text().zh),
        AccessError::PasskeyTaken => "该通行密钥已添加".to_owned(),
        AccessError::PasskeyNotFound { id } => format!("没有通行密钥“{id}”"),
        AccessError::SecondFactorRequired => {
            "您的账号必须启用双因素认证，请先设置另一种方式再移除".to_owned()
        }
        AccessError::TotpEnrolled => "您已启用双因素认证，请先停用".to_owned(),
        AccessError::TotpNotBegun => "没有待确认的双因素认证或已超时，请重新开始".to_owned(),
        AccessError::TotpNotEnrolled { name } => format!("“{name}”未启用双因素认证"),
        AccessError::OwnSecondFactor => "请在个人设置中凭密码停用自己的双因素认证".to_owned(),
        AccessError::Csrf => "请求不是来自本站页面，请刷新页面后再试".to_owned(),
        _ => return None,
    })
}

fn of_rights(error: &AccessError) -> Option<String> {
    Some(match error {
        AccessError::RoleNotFound { name } => format!("没有角色“{name}”"),
        AccessError::RoleTaken { name } => format!("角色“{name}”已存在"),
        AccessError::RoleShipped { name } => {
            format!("“{name}”是内置角色，不能修改，请参照它新建角色")
        }
        AccessError::RoleInUse { name, grants } => {
            format!("“{name}”已有 {grants} 次授权记录，请终止授权并保留该角色")
        }
        AccessError::GroupNotFound { id } => format!("没有用户组“{id}”"),
        AccessError::GroupTaken { name } => format!("用户组“{name}”已存在"),
        AccessError::GroupCircle { circle } => {
            format!("用户组将包含其自身：{}", circle.join(" 属于 "))
        }
        AccessError::TooMany { limit } => format!("数量已达上限 {limit}，请先删除一些"),
        AccessError::HolderNotFound { kind, id } => {
            let noun = match kind {
                HolderKind::User => "用户",
                HolderKind::Post => "岗位",
                HolderKind::Group => "用户组",
            };
            format!("没有{noun}“{id}”")
        }
        AccessError::GrantNotFound { id } => format!("没有授权“{id}”"),
        AccessError::AlreadyGranted { id, holder, role, from, to } => {
            let until = |to: &Time| format!("起至 {} 止", to.to_second());
            let span = to.as_ref().map_or_else(|| "起长期有效".to_owned(), until);
            let from = from.to_second();
            format!("“{holder}”在该范围内已有“{role}”，自 {from} {span}：授权 {id}")
        }
        AccessError::OwnGrant => "已启用三员分立，不能给自己授权，须由他人授予".to_owned(),
        AccessError::OthersDuty { name } => format!(
            "已启用三员分立，{name} 的密码只能由本人修改，或在控制台执行 mainstay admin password"
        ),
        AccessError::OthersPerson { name } => format!(
            "已启用三员分立，且用户“{name}”已拥有权限，关联后以该人员身份登录者即获得这些权限：请为该人员另建用户"
        ),
        AccessError::FoundAnew => {
            "已启用三员分立，且该人员已拥有权限，以该工号匹配到的人将获得这些权限：请由来源同步工号，\
             或先收回其权限"
                .to_owned()
        }
        AccessError::OwnLimit { role } => {
            format!("该令牌限于角色“{role}”，不能修改其自身的限制")
        }
        AccessError::OutlastsOwn { right, limit, until } => outlasts(right, *limit, *until).zh,
        AccessError::LentRight { right } => {
            format!("您在此范围内的“{right}”仅来自他人转授或应急授权，不能据此再授予或转授任何权限")
        }
        AccessError::NotDelegable { role } => format!("“{role}”不允许转授"),
        _ => return None,
    })
}

fn of_oversight(error: &AccessError) -> String {
    match error {
        AccessError::DutiesExclude(conflict) => conflict.text().zh,
        AccessError::AllPowerful { role } => {
            format!("已启用三员分立，“{role}”合并了多项管理职责，不能授予或使用")
        }
        AccessError::LastOfDuty { name, duty } => format!(
            "已启用三员分立，除“{name}”外，没有其他人在全部范围内长期承担完整的{}职责（须已启用且有\
             本系统密码），请先另行授予",
            duty.title().zh
        ),
        AccessError::AlreadySeparated => "三员分立已经启用".to_owned(),
        AccessError::DutiesVacant { missing } => {
            format!(
                "{}尚无人在全部范围内长期、完整地承担，请先授予有本系统密码且未被他人关联外部身份的用户，\
                 三项职责须由不同的人承担",
                duties(missing).zh
            )
        }
        AccessError::OnlyAtTheConsole => {
            "只能在服务器本机的命令行执行：mainstay admin separation off".to_owned()
        }
        AccessError::EmergencyNotFound { id } => format!("没有应急授权“{id}”"),
        AccessError::EmergencyGoesOn => "该应急授权正在使用中，不能重复启用".to_owned(),
        AccessError::SecondDuty { role, duty, from } => second_duty(role, *duty, *from).zh,
        AccessError::ReviewNotFound { id } => format!("没有权限复核“{id}”"),
        AccessError::ReviewItemNotFound { id } => format!("没有待复核项“{id}”"),
        AccessError::OwnReview => "不能复核自己的权限，须由他人处理".to_owned(),
        AccessError::AlreadyDecided => "该项已有结论".to_owned(),
        AccessError::ReviewOver => "该权限复核已关闭".to_owned(),
        AccessError::HeldByPost => {
            "该权限来自岗位，请在组织目录中结束任职，或终止对该岗位的授权".to_owned()
        }
        AccessError::ReviewTooWide { limit } => {
            format!("复核范围超过 {limit} 项，请拆分为多次复核")
        }
        _ => error.to_string(),
    }
}
