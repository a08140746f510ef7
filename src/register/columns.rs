//! The columns of 项目清单: their order, heads and widths, and where the content of each comes from.

/// The columns, in order.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum At {
    Id,
    Version,
    Verdict,
    District,
    Class,
    Title,
    Applicant,
    Leader,
    Programme,
    Industry,
    ProblemKind,
    ProblemName,
    Year,
    FiledOn,
    Period,
    Region,
    Matching,
    Local,
    CityRatio,
    DistrictRatio,
    City,
    DistrictShare,
    Undecided,
    EnteredCity,
    EnteredDistrict,
    CityGap,
    DistrictGap,
    Commitment,
    Own,
    Other,
    Total,
    Blocks,
    Explains,
    Advices,
    Proved,
    Lacking,
    Edition,
    Received,
    Result,
}

/// A column: where it stands, its head and width, and what stands in it.
pub struct Described {
    pub at: At,
    pub head: &'static str,
    pub width: u16,
    /// Where its content comes from, for the last sheet.
    pub legend: &'static str,
}

const fn column(at: At, head: &'static str, width: u16, legend: &'static str) -> Described {
    Described {
        at,
        head,
        width,
        legend,
    }
}

const AS_FILLED: &str = "按申报书填写的内容照录。";

/// Every column of the list.
pub const COLUMNS: &[Described] = &[
    column(
        At::Id,
        "编号",
        15,
        "收到申报书时由系统编排，一份文件一个编号。",
    ),
    column(
        At::Version,
        "版次",
        6,
        "同一项目第几次报送；本表只列最新一版。",
    ),
    column(
        At::Verdict,
        "结论",
        13,
        "系统审核结论：有“必须修改”的为退回修改；只有“须说明”的为通过·须说明。",
    ),
    column(
        At::District,
        "区（县）",
        19,
        "按申报书所填区（县）认定；认定不了的写“不明”，由人确认。",
    ),
    column(
        At::Class,
        "类别",
        8,
        "适用政策给该区（县）定的类别；政策没有分类的写“未分类”。",
    ),
    column(At::Title, "项目名称", 27, AS_FILLED),
    column(At::Applicant, "申报单位", 25, AS_FILLED),
    column(At::Leader, "项目\n负责人", 13, AS_FILLED),
    column(At::Programme, "项目类别", 19, AS_FILLED),
    column(At::Industry, "主导优势产业", 21, AS_FILLED),
    column(At::ProblemKind, "问题类别", 20, AS_FILLED),
    column(At::ProblemName, "关键技术问题", 27, AS_FILLED),
    column(At::Year, "申报\n年度", 7, AS_FILLED),
    column(At::FiledOn, "申报日期", 12, AS_FILLED),
    column(At::Period, "执行期", 17, "申报书所填的起始日期和终止日期。"),
    column(
        At::Region,
        "自治区\n资金",
        14,
        "申报书经费预算表中自治区财政资金的合计。",
    ),
    column(
        At::Matching,
        "配套\n比例",
        7,
        "市、区（县）配套合计与自治区资金之比，取自适用政策。",
    ),
    column(
        At::Local,
        "应配套\n合计",
        14,
        "自治区资金 × 配套比例，折算到分，不足一分的舍去。",
    ),
    column(
        At::CityRatio,
        "市级\n比例",
        7,
        "市本级承担的份额，取自适用政策；政策没有写明的为“待定”。",
    ),
    column(
        At::DistrictRatio,
        "区（县）\n比例",
        9,
        "区（县）承担的份额，取自适用政策；政策没有写明的为“待定”。",
    ),
    column(
        At::City,
        "市级\n应承担",
        14,
        "应配套合计 − 区（县）应承担，两者之和必等于应配套合计。",
    ),
    column(
        At::DistrictShare,
        "区（县）\n应承担",
        14,
        "应配套合计 × 区（县）比例，折算到分，不足一分的舍去。",
    ),
    column(
        At::Undecided,
        "分担待定",
        14,
        "市、区（县）怎样分担尚未确定的配套合计，单独列出，不计入市级和区（县）。",
    ),
    column(
        At::EnteredCity,
        "填报\n市级",
        14,
        "申报书经费预算表中市本级财政资金的合计。",
    ),
    column(
        At::EnteredDistrict,
        "填报\n区（县）",
        14,
        "申报书经费预算表中区（县）财政资金的合计。",
    ),
    column(
        At::CityGap,
        "市级\n差额",
        14,
        "填报市级 − 市级应承担；不为 0 的标色。",
    ),
    column(
        At::DistrictGap,
        "区（县）\n差额",
        14,
        "填报区（县） − 区（县）应承担；不为 0 的标色。",
    ),
    column(
        At::Commitment,
        "承诺金额",
        14,
        "区（县）承诺函的金额，按申报书填写的内容照录。",
    ),
    column(
        At::Own,
        "自筹资金",
        14,
        "申报书经费预算表中自筹资金的合计。",
    ),
    column(
        At::Other,
        "其他资金",
        14,
        "申报书经费预算表中其他资金的合计。",
    ),
    column(
        At::Total,
        "总经费",
        14,
        "申报书经费预算表中各来源的总计，按所填照录。",
    ),
    column(
        At::Blocks,
        "必须\n修改",
        7,
        "级别为“必须修改”的问题数，详见问题清单。",
    ),
    column(
        At::Explains,
        "须说明",
        8,
        "级别为“须说明”的问题数，详见问题清单。",
    ),
    column(
        At::Advices,
        "提示",
        7,
        "级别为“提示”的问题数，详见问题清单。",
    ),
    column(
        At::Proved,
        "论证",
        7,
        "系统对关键技术问题论证的判断：充分、部分或不足；没有读到问题描述的为空。",
    ),
    column(
        At::Lacking,
        "还缺什么",
        20,
        "系统没有找到的内容和应补的位置；由审核人员判断是否需要。",
    ),
    column(
        At::Edition,
        "适用政策",
        19,
        "按申报年度和申报日期确定的政策版本，全称见本表下方。",
    ),
    column(At::Received, "收到时间", 17, "系统收到这一版文件的时间。"),
    column(
        At::Result,
        "结果文件",
        36,
        "标注后的申报书在输出文件夹中的位置。",
    ),
];

/// What stands over the heads, each up to and with a column.
pub const GROUPS: [(&str, At); 8] = [
    ("项目", At::Title),
    ("申报内容", At::Period),
    ("按政策应承担（万元）", At::Undecided),
    ("填报与差额（万元）", At::DistrictGap),
    ("承诺与其他来源（万元）", At::Total),
    ("问题（处）", At::Advices),
    ("关键技术问题", At::Lacking),
    ("政策与文件", At::Result),
];

/// Where a column stands.
pub const fn at(column: At) -> u16 {
    column as u16
}
