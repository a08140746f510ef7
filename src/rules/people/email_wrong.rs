//! U09: not a mail address.

use crate::rules::{Case, Checked, Edit, Fault, Report, Rule, Severity, Text, Typed};

pub const RULE: Rule = Rule {
    code: "U09",
    name: "email-wrong",
    severity: Severity::Block,
    clause: "form",
    what: Text {
        zh: "电子邮箱不是有效的地址。",
        en: "A mail address is not valid.",
    },
    why: Text {
        zh: "地址不对，通知就寄不到。",
        en: "Notices do not arrive there.",
    },
    fix: Text {
        zh: "填写完整的邮箱地址，如 name@example.com。",
        en: "Type the whole address, such as name@example.com.",
    },
    breaks: &[&[Edit::Set("contact_email", Typed::text("zhoumin@example"))]],
    keeps: &[&[Edit::Set(
        "contact_email",
        Typed::text("zhou.min+ld@mail.example.com"),
    )]],
    check,
};

fn check(case: &Case<'_>, report: &mut Report) -> Checked {
    let app = case.app()?;
    for field in [&app.leader_email, &app.contact_email] {
        let Some(email) = field.given() else { continue };
        if is_address(email) {
            continue;
        }
        let place = field.place_text();
        report.add(
            Fault::at(field)
                .entered(email.clone(), "如 name@example.com")
                .message(
                    format!("“{}”不是有效的电子邮箱地址。", field.label),
                    format!("{} is no valid mail address", field.label),
                )
                .fix(
                    format!("请在 {place} 填写完整的邮箱地址，如 name@example.com。"),
                    format!("type the whole address into {place}"),
                ),
        );
    }
    Ok(())
}

/// An address of RFC 5321 whose domain has a dot.
fn is_address(text: &str) -> bool {
    let domain_has_dot = text.rsplit_once('@').is_some_and(|(_, domain)| {
        domain.contains('.') && !domain.starts_with('.') && !domain.ends_with('.')
    });
    domain_has_dot && text.is_ascii() && text.parse::<lettre::Address>().is_ok()
}
