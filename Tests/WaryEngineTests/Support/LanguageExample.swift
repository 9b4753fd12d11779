/// The policy that the language's definition begins with, word for word.
enum LanguageExample {
    static let text = #"""
        policy customer_sign_in "Sign-in to customer accounts" {
            for      login              # the event it decides
            on_error step_up            # the least severe answer while history cannot be read
        }

        include "common/networks.wary"

        list office        of network = [198.51.100.0/24, 2001:db8:10::/48]
        list hosting_asns  of asn     from "lists/hosting-asns.txt"

        input typing: decimal from client   # an extra value that the calling app may pass on

        let failures = count(login.failed by account within 10m)
        let spread   = distinct(account of login by ip within 5m)

        rule impossible_travel "Two sign-ins too far apart to have been travelled" {
            when    travel.speed > 900 km/h and travel.distance > 200 km
            unless  ip in office
            unknown skip                # a first sign-in, or no position: nothing to compare
            score   60
        }

        rule guessing "Repeated wrong passwords" {
            when  failures >= 5
            score 8 * failures up to 60
        }

        rule stuffing "One address is trying many accounts" {
            when spread >= 10
            deny
            tag  "credential-stuffing"
        }

        rule script "Not a browser" {
            when    agent matches /\b(curl|python-requests|go-http-client)\b/i
            unknown fire                # a client that hides its name is treated as one that gave it
            score   25
        }

        rule hosted "From a data centre, not a home or a phone" {
            when    network.asn in hosting_asns
            unknown skip
            score   15
        }

        rule typing_rhythm monitor "Types unlike the account's owner" {
            when    typing < 0.2        # evaluated and reported, no effect yet
            unknown score 5
            score   20
        }

        rule new_device_abroad "A device and a country this account has never used" {
            when    device.new and geo.country_new
            unknown skip
            step_up webauthn, totp
            notify  user
        }

        decide {
            deny                        when score >= 90
            step_up webauthn, totp, sms when score >= 40
            allow                       otherwise
        }

        test "Tokyo twenty minutes after Paris" {
            given 12 login.succeeded over 30d { account "alice" ip 192.0.2.10 device.id "laptop" geo.country "FR" geo.point 48.86, 2.35 }
            given 20m ago login.succeeded { account "alice" ip 192.0.2.10 device.id "laptop" geo.country "FR" geo.point 48.86, 2.35 }
            login { account "alice" ip 203.0.113.7 device.id "phone" agent "Mozilla/5.0" geo.country "JP" geo.point 35.68, 139.69 }
            expect step_up because impossible_travel, new_device_abroad
            expect score 60
        }
        """#
}
