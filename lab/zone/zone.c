// SPDX-License-Identifier: MIT OR GPL-2.0
/*
 * A thermal zone whose temperature is always 45.678 degrees: the lab's machine has none, so the dumps of the
 * generic netlink family thermal would be empty.
 */
#include <linux/module.h>
#include <linux/thermal.h>

static struct thermal_zone_device *zone;

static int zone_temp(struct thermal_zone_device *tz, int *millidegrees)
{
	*millidegrees = 45678;
	return 0;
}

static const struct thermal_zone_device_ops zone_ops = {
	.get_temp = zone_temp,
};

static int __init zone_init(void)
{
	int failed;

	zone = thermal_tripless_zone_device_register("labzone", NULL, &zone_ops, NULL);
	if (IS_ERR(zone))
		return PTR_ERR(zone);
	failed = thermal_zone_device_enable(zone);
	if (failed)
		thermal_zone_device_unregister(zone);
	return failed;
}

static void __exit zone_exit(void)
{
	thermal_zone_device_unregister(zone);
}

module_init(zone_init);
module_exit(zone_exit);
MODULE_LICENSE("Dual MIT/GPL");
MODULE_DESCRIPTION("A thermal zone for the lab");
