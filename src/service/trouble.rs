//! Outside trouble: told on the terminal in English, to the operator by mail in Chinese. Never holds an address, a
//! name or an amount.

/// Kinds of trouble.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Kind {
    /// The account, the sender or the server's certificate is at fault.
    MailStopped,
    /// A recipient or a mail was refused for good.
    MailRefused,
    /// A mail did not go out this time.
    MailLater,
    /// A file could not be published.
    FileUnwritten,
    /// The inbox cannot be listed, or its share is gone.
    InboxGone,
    /// A submission could not be assessed: a fault of this program.
    NotAssessed,
    /// Reading a file was stopped.
    FileStopped,
    /// The register could not be made.
    NoRegister,
}

/// One trouble.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Trouble {
    /// What kind it is.
    pub kind: Kind,
    /// What it is about: a parcel, a path, a number.
    pub about: String,
    /// The reason, as the system or the server gave it.
    pub why: String,
}

impl Kind {
    /// What is wrong: English, Chinese.
    const fn what(self) -> [&'static str; 2] {
        match self {
            Self::MailStopped => ["no mail can be sent", "邮件发不出去"],
            Self::MailRefused => ["a mail was refused", "有一封邮件被拒收"],
            Self::MailLater => ["a mail could not be sent", "有一封邮件没有发出"],
            Self::FileUnwritten => ["a file could not be written", "有一个文件写不进去"],
            Self::InboxGone => ["the inbox cannot be read", "收件文件夹读不到"],
            Self::NotAssessed => [
                "a submission could not be assessed",
                "有一份申报书没有审核成",
            ],
            Self::FileStopped => ["reading a file was stopped", "有一个文件读取时被中止"],
            Self::NoRegister => ["the register could not be written", "登记表没有写成"],
        }
    }

    /// What to do: English, Chinese.
    const fn remedy(self) -> [&'static str; 2] {
        match self {
            Self::MailStopped => [
                "check user, password file and server in `[mail.smtp]`; mails wait meanwhile",
                "请检查配置 [mail.smtp] 中的账号、密码文件和服务器；邮件会等着，不会丢。",
            ],
            Self::MailRefused => [
                "correct the address in `[mail]`, then `liandong mail retry ID`",
                "请改正配置 [mail] 中的地址，然后运行 liandong mail retry 编号。",
            ],
            Self::MailLater => ["it is tried again by itself", "程序会自己再试。"],
            Self::FileUnwritten => [
                "free space or give access; it is tried again by itself",
                "请腾出空间或者给出写入权限；程序会自己再试。",
            ],
            Self::InboxGone => [
                "mount the share or give access; nothing is concluded meanwhile",
                "请挂载共享文件夹或者给出读取权限；在此之前不会下任何结论。",
            ],
            Self::NotAssessed => [
                "the file is kept and tried at the next start; report this with the number",
                "文件已经保存，下次启动时再试；请把编号告诉维护人员。",
            ],
            Self::FileStopped => [
                "its district has been told that it cannot be read; open it with care, and report this with the number",
                "已告知区（县）该文件无法读取；打开这个文件请小心，并请把编号告诉维护人员。",
            ],
            Self::NoRegister => [
                "free space, give access or close the register; it is made anew by itself",
                "请腾出空间、给出写入权限或者关闭登记表；程序会自己再写。",
            ],
        }
    }

    /// What is wrong and what to do, Chinese.
    #[must_use]
    pub const fn zh(self) -> (&'static str, &'static str) {
        (self.what()[1], self.remedy()[1])
    }
}

impl std::fmt::Display for Trouble {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let (what, remedy) = (self.kind.what()[0], self.kind.remedy()[0]);
        write!(f, "{what}: {}: {}; {remedy}", self.about, self.why)
    }
}
