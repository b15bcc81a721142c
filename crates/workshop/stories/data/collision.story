Feature: Two at once

  Scenario: Of two agents who answer at once, the second is told and loses nothing
    Given it is 2026-03-02 09:00 in Asia/Shanghai
    And the unit Desk with Li Na and Wang Fang
    When Li Na registers the request "Keyboard broken" in Desk
    And Wang Fang looks at the ticket
    And Li Na replies "A new keyboard is on its way."
    Then Wang Fang replies "Please restart it." to what was seen and is told that it has changed
    When Wang Fang replies "Please restart it."
    Then the ticket's history has "A new keyboard is on its way." once
    And the ticket's history has "Please restart it." once
