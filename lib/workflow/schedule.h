#pragma once
#include <string>
#include <string_view>

namespace kairon::workflow {

/// Says why the scheduler of n8n (the package `cron`, 3.1 and 4.4) refuses a cron expression; "" when it
/// takes it. Five or six fields, names of months and days, `@daily` and its kin.
[[nodiscard]] std::string cron_problem(std::string_view expression);

/// True for a name of the IANA time zone database (in any case), an offset such as `+02:00`, or DEFAULT.
[[nodiscard]] bool is_time_zone(std::string_view name);

}  // namespace kairon::workflow
