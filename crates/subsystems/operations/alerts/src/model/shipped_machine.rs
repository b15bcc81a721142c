use super::{
    condition::{Derive, Operator},
    severity::Severity,
    shipped::{Shipped, ShippedCondition},
};

/// Rules about the rest of the machine, on the series that are collected from it.
pub(crate) const MACHINE: [Shipped; 12] = [
    Shipped {
        key: "memory-full",
        name: ["Memory is nearly used up", "内存即将用尽"],
        summary: [
            "Find the largest processes on the host's page; the kernel will end some when \
             nothing is left.",
            "请在主机页面查看占用最多的进程，内存耗尽时内核会强制结束进程。",
        ],
        severity: Severity::Warning,
        condition: ShippedCondition::Threshold {
            selector: "mainstay_memory_used_ratio",
            derive: (Derive::Last, 60),
            limit: (Operator::Above, 0.92),
            clear: 0.88,
            for_s: 120,
        },
    },
    Shipped {
        key: "memory-stalled",
        name: ["Programs wait for memory", "程序因内存不足而停顿"],
        summary: [
            "Over a tenth of the time nothing could run for want of memory (PSI, full): the \
             host needs more, or fewer programs.",
            "超过十分之一的时间所有任务都在等待内存（PSI full），需要增加内存或减少程序。",
        ],
        severity: Severity::Critical,
        condition: ShippedCondition::Threshold {
            selector: "node_pressure_memory_stalled_seconds_total",
            derive: (Derive::Rate, 60),
            limit: (Operator::Above, 0.1),
            clear: 0.05,
            for_s: 60,
        },
    },
    Shipped {
        key: "swap-full",
        name: ["Swap is filling up", "交换区占用过高"],
        summary: [
            "Memory has been short for some time: see which processes grew.",
            "内存已持续紧张一段时间，请查看哪些进程占用在增长。",
        ],
        severity: Severity::Warning,
        condition: ShippedCondition::Threshold {
            selector: "mainstay_swap_used_ratio",
            derive: (Derive::Last, 60),
            limit: (Operator::Above, 0.8),
            clear: 0.7,
            for_s: 300,
        },
    },
    Shipped {
        key: "out-of-memory-kill",
        name: ["Kernel ended a process for want of memory", "内核因内存不足结束了进程"],
        summary: [
            "The kernel log names the process. Give the host more memory, or the program a \
             limit.",
            "内核日志中有被结束的进程。请增加内存，或限制该程序的内存。",
        ],
        severity: Severity::Critical,
        condition: ShippedCondition::Threshold {
            selector: "node_vmstat_oom_kill",
            derive: (Derive::Rate, 300),
            limit: (Operator::Above, 0.0),
            clear: 0.0,
            for_s: 0,
        },
    },
    Shipped {
        key: "processor-busy",
        name: ["Processors are fully busy", "处理器持续满负荷"],
        summary: [
            "All processors were busy for five minutes: see the top processes on the host's \
             page.",
            "处理器已满负荷运行五分钟，请在主机页面查看占用最高的进程。",
        ],
        severity: Severity::Warning,
        condition: ShippedCondition::Threshold {
            selector: "mainstay_cpu_used_ratio",
            derive: (Derive::Last, 60),
            limit: (Operator::Above, 0.95),
            clear: 0.85,
            for_s: 300,
        },
    },
    Shipped {
        key: "load-high",
        name: ["Load is high", "系统负载过高"],
        summary: [
            "Far more tasks want to run, or wait for the disk, than there are processors.",
            "想要运行或等待磁盘的任务远多于处理器数量。",
        ],
        severity: Severity::Warning,
        condition: ShippedCondition::Threshold {
            selector: "mainstay_load_per_core",
            derive: (Derive::Last, 60),
            limit: (Operator::Above, 4.0),
            clear: 2.5,
            for_s: 600,
        },
    },
    Shipped {
        key: "unit-failed",
        name: ["Systemd unit failed", "systemd 单元失败"],
        summary: [
            "`systemctl status` and `journalctl -u` with the unit's name say why; `systemctl \
             reset-failed` forgets it.",
            "用 systemctl status 和 journalctl -u 查看该单元的失败原因；systemctl reset-failed 可清除记录。",
        ],
        severity: Severity::Warning,
        condition: ShippedCondition::Threshold {
            selector: "node_systemd_unit_state{state=\"failed\"}",
            derive: (Derive::Last, 120),
            limit: (Operator::AtLeast, 1.0),
            clear: 1.0,
            for_s: 0,
        },
    },
    Shipped {
        key: "network-receive-errors",
        name: ["Network interface receives errors", "网络接口接收出错"],
        summary: [
            "Bad frames arrive: check the cable, the port and the duplex setting.",
            "收到错误帧，请检查网线、端口和双工设置。",
        ],
        severity: Severity::Warning,
        condition: ShippedCondition::Threshold {
            selector: "node_network_receive_errs_total{device!=\"lo\"}",
            derive: (Derive::Rate, 300),
            limit: (Operator::Above, 1.0),
            clear: 0.2,
            for_s: 300,
        },
    },
    Shipped {
        key: "network-transmit-errors",
        name: ["Network interface fails to send", "网络接口发送出错"],
        summary: [
            "Frames could not be sent: check the cable, the port and the driver.",
            "有数据帧发送失败，请检查网线、端口和驱动程序。",
        ],
        severity: Severity::Warning,
        condition: ShippedCondition::Threshold {
            selector: "node_network_transmit_errs_total{device!=\"lo\"}",
            derive: (Derive::Rate, 300),
            limit: (Operator::Above, 1.0),
            clear: 0.2,
            for_s: 300,
        },
    },
    Shipped {
        key: "clock-off",
        name: ["Clock is wrong", "系统时钟偏差过大"],
        summary: [
            "Sign-in, certificates and logs depend on the time: see that time synchronisation \
             runs.",
            "登录、证书和日志都依赖时间，请检查时间同步服务。",
        ],
        severity: Severity::Warning,
        condition: ShippedCondition::Threshold {
            selector: "mainstay_clock_offset_seconds",
            derive: (Derive::Last, 120),
            limit: (Operator::Above, 0.5),
            clear: 0.2,
            for_s: 120,
        },
    },
    Shipped {
        key: "temperature-high",
        name: ["Temperature is high", "温度过高"],
        summary: [
            "Check fans, dust and the air of the room before the hardware protects itself by \
             stopping.",
            "请在硬件自我保护停机之前检查风扇、灰尘和机房空调。",
        ],
        severity: Severity::Warning,
        condition: ShippedCondition::Threshold {
            selector: "node_hwmon_temp_celsius",
            derive: (Derive::Last, 60),
            limit: (Operator::Above, 90.0),
            clear: 85.0,
            for_s: 120,
        },
    },
    Shipped {
        key: "connection-tracking-full",
        name: ["Connections are dropped: tracking table is full", "连接跟踪表已满，连接被丢弃"],
        summary: [
            "Packets are dropped as no more connections can be tracked: raise \
             net.netfilter.nf_conntrack_max, or find who opens so many.",
            "连接跟踪表没有空位，数据包被丢弃。请调大 net.netfilter.nf_conntrack_max，或找出大量建立连接的来源。",
        ],
        severity: Severity::Critical,
        condition: ShippedCondition::Threshold {
            selector: "node_nf_conntrack_stat_drop",
            derive: (Derive::Rate, 300),
            limit: (Operator::Above, 0.0),
            clear: 0.0,
            for_s: 0,
        },
    },
];
